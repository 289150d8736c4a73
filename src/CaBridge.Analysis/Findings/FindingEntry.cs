using System.Globalization;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Findings;

/// <summary>What makes a cause the same one: what is not told apart stays <c>default</c>.</summary>
internal readonly record struct FindingKey(FindingKind Kind, PvName? Pv = null, Endpoint Server = default, Endpoint Client = default, uint Detail = 0)
{
    /// <summary>The same for the same cause wherever it is seen. The name comes last: it may have any character.</summary>
    public string Text() => string.Create(CultureInfo.InvariantCulture, $"{Kind.Id()}/{Text(Server)}/{Text(Client)}/{Detail}/{Pv?.Text}");

    private static string Text(Endpoint endpoint) => endpoint == default ? "" : endpoint.HostOrEndpointText();
}

/// <summary>Says in words what an entry has gathered.</summary>
internal delegate FindingWords FindingComposer(FindingEntry entry, DiagnosisFacts facts);

/// <param name="Severity">Where it depends on what is known when it is told; else the entry's.</param>
/// <param name="Confidence">Likewise.</param>
internal readonly record struct FindingWords(
    string Title, string Advice, IReadOnlyList<string>? Details = null, FindingSeverity? Severity = null, FindingConfidence? Confidence = null);

/// <summary>One cause while evidence comes in; bounded.</summary>
internal sealed class FindingEntry(FindingKey key, CaptureTime first, FindingComposer compose)
{
    public const int MaxPvs = 1000;
    public const int MaxFrames = 10;
    private const int MaxHosts = 32;

    private readonly HashSet<PvName> _pvs = [];

    public FindingKey Key { get; } = key;

    public FindingComposer Compose { get; } = compose;

    /// <summary>In the order in which entries were opened, from 1; 0 for one that is made of others.</summary>
    public long Number { get; init; }

    public FindingSeverity Severity { get; set; } = FindingSeverity.Warning;

    public FindingConfidence Confidence { get; set; } = FindingConfidence.High;

    public long Count { get; set; }

    public CaptureTime First { get; set; } = first;

    public CaptureTime Last { get; set; } = first;

    public List<long> Frames { get; } = [];

    public List<PvName> Pvs { get; } = [];

    /// <summary>One more than are kept where there are more: they are not told apart any more.</summary>
    public long PvCount { get; private set; }

    public List<Endpoint> Servers { get; } = [];

    public List<Endpoint> Clients { get; } = [];

    public bool HasMoreClients { get; private set; }

    /// <summary>The longest duration among the evidence; what it is, the kind says.</summary>
    public CaptureDuration Longest { get; set; }

    /// <summary>A number that the kind gives a meaning.</summary>
    public long Amount { get; set; }

    /// <summary>What a kind needs beyond this.</summary>
    public object? Extra { get; set; }

    /// <summary>Whether it stands for all that could not be told apart.</summary>
    public bool IsOfOthers { get; init; }

    /// <summary>Whether it has ended, as something said so.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Seen once more.</summary>
    public void See(CaptureTime at, long frame, long times = 1)
    {
        Count += times;
        Last = at > Last ? at : Last;
        IsClosed = false;
        AddFrame(frame);
    }

    public void AddFrame(long frame)
    {
        if (frame <= 0 || Frames.Contains(frame))
        {
            return;
        }

        if (Frames.Count < MaxFrames)
        {
            Frames.Add(frame);
        }
        else if (Frames.Max() is var last && frame < last)
        {
            // the first ones, in whatever order they come
            Frames[Frames.IndexOf(last)] = frame;
        }
    }

    public void AddPv(PvName? pv)
    {
        if (pv is null || IsOfOthers || _pvs.Contains(pv))
        {
            return;
        }

        if (_pvs.Count < MaxPvs)
        {
            _pvs.Add(pv);
            Pvs.Add(pv);
        }

        PvCount = Pvs.Count + (Pvs.Count < MaxPvs || _pvs.Contains(pv) ? 0 : 1);
    }

    public void AddServer(Endpoint server)
    {
        if (server != default && Servers.Count < MaxHosts && !Servers.Contains(server))
        {
            Servers.Add(server);
        }
    }

    public void AddClient(Endpoint client)
    {
        if (client == default || Clients.Contains(client))
        {
            return;
        }

        HasMoreClients |= Clients.Count >= MaxHosts;
        if (Clients.Count < MaxHosts)
        {
            Clients.Add(client);
        }
    }

    public Finding Describe(DiagnosisFacts facts, CaptureTime now)
    {
        var words = Compose(this, facts);
        return new Finding
        {
            Kind = Key.Kind,
            Key = Key.Text(),
            Severity = words.Severity ?? Severity,
            IsOfOthers = IsOfOthers,
            Title = words.Title,
            Pvs = [.. Pvs.Select(pv => pv.Text)],
            PvCount = PvCount,
            Servers = [.. Servers],
            Clients = [.. Clients],
            Count = Count,
            First = First,
            Last = Last,
            Frames = [.. Frames.Order()],
            Confidence = words.Confidence ?? Confidence,
            InGap = facts.Gaps.Overlap(First, Last),
            Advice = words.Advice,
            Details = words.Details ?? [],
            IsOpen = !IsClosed && now - Last <= facts.Options.QuietAfter,
        };
    }

    public void NoteLongest(CaptureDuration duration) => Longest = duration > Longest ? duration : Longest;
}
