namespace CaBridge.Analysis.Findings;

/// <summary>The causes seen so far, one entry each; bounded per kind.</summary>
internal sealed class FindingLog(DiagnosisOptions options)
{
    private const uint Others = uint.MaxValue;

    /// <summary>What was seen since then is kept, as long as there is room.</summary>
    private static readonly CaptureDuration Memory = CaptureDuration.FromSeconds(3600);

    /// <summary>Between two looks for what is old.</summary>
    private static readonly CaptureDuration Pause = CaptureDuration.FromSeconds(10);

    private readonly Dictionary<FindingKey, FindingEntry> _entries = [];
    private readonly CaptureTime[] _lookAgainAt = [.. Enumerable.Repeat(new CaptureTime(long.MinValue), FindingNames.All.Count)];
    private readonly int[] _counts = new int[FindingNames.All.Count];

    public IEnumerable<FindingEntry> Entries => _entries.Values;

    /// <summary>Entries that were ever opened; the number of the latest.</summary>
    public long Opened { get; private set; }

    public FindingEntry? Find(FindingKey key) => _entries.GetValueOrDefault(key);

    /// <summary>The entry of a cause, made if it is new. Beyond the bound it is that of all others of its kind.</summary>
    public FindingEntry Open(FindingKey key, CaptureTime at, FindingComposer compose)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            return entry;
        }

        if (_counts[(int)key.Kind] >= options.MaxFindingsPerKind && !TryForgetOld(key.Kind, at))
        {
            return OthersOf(key.Kind, at);
        }

        return Make(key, at, compose);
    }

    /// <summary>What was taken for a finding was none.</summary>
    public void Remove(FindingKey key)
    {
        if (_entries.Remove(key))
        {
            _counts[(int)key.Kind]--;
        }
    }

    private static FindingWords ComposeOthers(FindingEntry entry, DiagnosisFacts facts) => new(
        $"More of {entry.Key.Kind.Id()} than can be told apart: seen {DiagnosisFacts.Count(entry.Count, "more time")}{(entry.Clients.Count > 0 ? $", of {facts.Clients(entry)}" : "")}{(entry.Servers.Count > 0 ? $", at {DiagnosisFacts.Servers(entry)}" : "")}",
        "See to those that are told one by one first.");

    private FindingEntry OthersOf(FindingKind kind, CaptureTime at)
    {
        var key = new FindingKey(kind, Detail: Others);
        return _entries.GetValueOrDefault(key) ?? Make(key, at, ComposeOthers);
    }

    private FindingEntry Make(FindingKey key, CaptureTime at, FindingComposer compose)
    {
        var entry = new FindingEntry(key, at, compose) { Number = ++Opened, IsOfOthers = key.Detail == Others };
        _counts[(int)key.Kind] += entry.IsOfOthers ? 0 : 1;
        entry.AddPv(key.Pv);
        entry.AddServer(key.Server);
        entry.AddClient(key.Client);
        _entries.Add(key, entry);
        return entry;
    }

    /// <summary>The one of a kind that was not seen for the longest time goes in with the others, if that is long.</summary>
    private bool TryForgetOld(FindingKind kind, CaptureTime now)
    {
        if (now < _lookAgainAt[(int)kind])
        {
            return false;
        }

        var oldest = _entries.Values.Where(entry => entry.Key.Kind == kind && !entry.IsOfOthers).MinBy(entry => entry.Last);
        if (oldest is null || now - oldest.Last < Memory)
        {
            _lookAgainAt[(int)kind] = now + Pause;
            return false;
        }

        Remove(oldest.Key);
        var others = OthersOf(kind, oldest.First);
        others.See(oldest.Last, frame: 0, oldest.Count);
        oldest.Servers.ForEach(others.AddServer);
        oldest.Clients.ForEach(others.AddClient);
        return true;
    }
}
