using System.Runtime.InteropServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>
/// Pairs SEARCH with its replies. A search is (client address, port, cid): it begins with the first request of a name that nobody answered yet,
/// further requests are tries of it, copies of one try to several addresses are its fan-out, and its first reply ends it. A request that
/// follows the reply within a second has crossed it on the way; a later one begins a new search.
/// </summary>
internal sealed class SearchCorrelator(
    AnalyzerOptions options, TransactionLog log, ConnectionCorrelator connections, AnomalyLog anomalies, SearchHandler? handler)
{
    private static readonly CaptureDuration CrossingWindow = CaptureDuration.FromSeconds(1);

    /// <summary>libca never pauses longer than about five minutes between tries: what was silent for twice that has ended.</summary>
    private static readonly CaptureDuration Memory = CaptureDuration.FromSeconds(600);

    private readonly Dictionary<SearchKey, SearchRecord> _searches = [];
    private readonly List<SearchKey> _expired = [];

    /// <summary>To be used again.</summary>
    private readonly Stack<SearchRecord> _free = new();
    private readonly List<SearchedName> _names = [];
    private CaptureTime _sweptAt;
    private long _requests;
    private long _answered;

    /// <summary>Takes one SEARCH request.</summary>
    /// <param name="sequence">The datagram's sequence number, where its VERSION has a valid one.</param>
    public SearchStep TakeRequest(in SearchKey key, PvName name, uint? sequence, Endpoint destination, in MessageStamp at)
    {
        Note(key, name);
        if (_searches.Count >= options.MaxSearches && !_searches.ContainsKey(key))
        {
            Sweep(at.Time, force: true);
        }

        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_searches, key, out var existed);
        var search = slot ??= _free.TryPop(out var free) ? free : new SearchRecord(name);
        search.LastSeen = at.Time;
        var isSameName = existed && search.Name.IsSameAs(name);
        if (isSameName && !IsOver(search, at.Time))
        {
            if (sequence is { } number && search.Sequence == number)
            {
                Tell(key, name, SearchSightingKind.Copy, at.Time);
                search.Copies++;
                search.FanOut = Math.Max(search.FanOut, search.Copies);
                return StepOf(search, SearchSightingKind.Copy);
            }
            else
            {
                var step = StepOf(search, SearchSightingKind.Try);
                Tell(key, name, SearchSightingKind.Try, at.Time);
                if (!search.IsAnswered)
                {
                    search.Tries++;
                    search.LastTryAt = at.Time;
                }

                search.Sequence = sequence;
                search.Copies = 1;
                return step with { Tries = search.Tries };
            }
        }

        Tell(key, name, SearchSightingKind.Try, at.Time);
        if (existed && !isSameName)
        {
            if (!search.IsAnswered)
            {
                anomalies.Add(AnomalyKind.IdReused, at.Frame);
            }

            Leave(key, search, Outcome.Pending, at.Time);
        }

        search.Begin(name, sequence, destination, at, isSameName, isSameKey: existed);
        log.Requested(Operation.Search);
        return StepOf(search, SearchSightingKind.Try);
    }

    /// <summary>Takes one SEARCH reply, or NOT_FOUND.</summary>
    /// <param name="server">Where the name can be connected.</param>
    /// <returns>Where the search stood before; null if none was seen.</returns>
    public SearchStep? TakeReply(in SearchKey key, Endpoint server, Outcome outcome, in MessageStamp at)
    {
        if (!_searches.TryGetValue(key, out var search))
        {
            log.NoRequest(Operation.Search, key.Client, server, StatusOf(outcome), at);
            return null;
        }

        var step = StepOf(search, SearchSightingKind.Answer);
        search.LastSeen = at.Time;
        if (outcome == Outcome.Answered)
        {
            _answered += key.Transport == Transport.Udp && !search.WasKeyAnswered ? 1 : 0;
            search.WasKeyAnswered = search.WasEverAnswered = true;
        }

        if (outcome == Outcome.Answered && (!search.IsAnswered || server != search.Server))
        {
            connections.Answered(
                key.Client, key.Cid, search.Name, server, new AnsweredSearch(search.RequestedAt, search.LastTryAt, at.Time, search.Tries, search.Frame));
        }

        if (search.IsAnswered)
        {
            anomalies.Add(AnomalyKind.ReplyDuplicate, at.Frame);
            return step;
        }

        if (outcome == Outcome.Answered)
        {
            Tell(key, search.Name, SearchSightingKind.Answer, at.Time);
        }

        search.IsAnswered = true;
        search.AnsweredAt = at.Time;
        search.Server = server;
        search.AnswerFrame = at.Frame;
        log.Ended(Describe(key, search) with
        {
            Outcome = outcome,
            Server = server,
            Latency = CaptureDuration.NotNegative(at.Time - search.RequestedAt),
            EndedAt = at.Time,
            Status = StatusOf(outcome),
            ReplyFrame = at.Frame,
            Bytes = search.Bytes + at.Bytes,
        });
        return step;
    }

    /// <summary>Forgets what has been silent for long; called with every packet's time.</summary>
    public void AdvanceTo(CaptureTime now)
    {
        if (now - _sweptAt > CaptureDuration.FromSeconds(300))
        {
            Sweep(now, force: false);
        }
    }

    public void Complete(CaptureTime now)
    {
        foreach (var (key, search) in _searches)
        {
            Leave(key, search, Outcome.Pending, now);
        }

        _searches.Clear();
    }

    public SearchFigures Figures()
    {
        var names = new HashSet<string>(_names.Where(name => name.Unanswered).Select(name => name.Name), StringComparer.Ordinal);
        foreach (var (key, search) in _searches)
        {
            if (key.Transport == Transport.Udp && !search.WasEverAnswered)
            {
                names.Add(search.Name.Text);
            }
        }

        return new SearchFigures(_requests, _names.Count(name => name.Name.Length > 0), _answered, [.. names.Order(StringComparer.Ordinal)]);
    }

    private static SearchStep StepOf(SearchRecord search, SearchSightingKind kind) => new()
    {
        Name = search.Name,
        Kind = kind,
        Tries = search.Tries,
        FirstAt = search.RequestedAt,
        FirstFrame = search.Frame,
        PreviousTryAt = search.LastTryAt,
        IsAnswered = search.IsAnswered,
        FirstServer = search.Server,
        AnsweredAt = search.AnsweredAt,
        AnswerFrame = search.AnswerFrame,
    };

    private static bool IsSilent(SearchRecord search, CaptureTime now) => now - search.LastSeen > Memory;

    /// <summary>A reply has no status; one that the name was not found has no success either.</summary>
    private static uint StatusOf(Outcome outcome) => outcome == Outcome.Answered ? EcaStatus.Normal : 0;

    private static bool IsOver(SearchRecord search, CaptureTime now) => search.IsAnswered && now - search.AnsweredAt > CrossingWindow;

    private static Transaction Describe(in SearchKey key, SearchRecord search) => new()
    {
        Operation = Operation.Search,
        Pv = search.Name,
        Client = key.Client,
        Server = search.Destination,
        RequestedAt = search.RequestedAt,
        RequestFrame = search.Frame,
        Bytes = search.Bytes,
        Tries = search.Tries,
        FanOut = search.FanOut,
    };

    private void Tell(in SearchKey key, PvName name, SearchSightingKind kind, CaptureTime at)
    {
        if (handler is not null && key.Transport == Transport.Udp)
        {
            handler(new SearchSighting(key.Client, name, at, kind));
        }
    }

    private void Note(in SearchKey key, PvName name)
    {
        if (key.Transport != Transport.Udp)
        {
            return;
        }

        _requests++;
        if (name.Index >= 0)
        {
            Know(name);
        }
    }

    private void Know(PvName name)
    {
        while (_names.Count <= name.Index)
        {
            _names.Add(new SearchedName(string.Empty, Unanswered: false));
        }

        if (_names[name.Index].Name.Length == 0)
        {
            _names[name.Index] = new SearchedName(name.Text, Unanswered: false);
        }
    }

    private void EndUnanswered(in SearchKey key, SearchRecord search, Outcome outcome, CaptureTime now)
    {
        log.Ended(Describe(key, search) with { EndedAt = now, Outcome = now - search.RequestedAt > options.Timeout ? Outcome.TimedOut : outcome });
    }

    private void Leave(in SearchKey key, SearchRecord search, Outcome outcome, CaptureTime now)
    {
        if (!search.IsAnswered)
        {
            EndUnanswered(key, search, outcome, now);
        }

        if (key.Transport == Transport.Udp && !search.WasEverAnswered && search.Name.Index >= 0)
        {
            _names[search.Name.Index] = _names[search.Name.Index] with { Unanswered = true };
        }
    }

    private void Sweep(CaptureTime now, bool force)
    {
        _sweptAt = now;
        connections.Sweep(now);
        foreach (var (key, search) in _searches)
        {
            if (IsSilent(search, now))
            {
                _expired.Add(key);
            }
        }

        if (force)
        {
            MakeRoom(now, answered: true);
            MakeRoom(now, answered: false);
        }

        foreach (var key in _expired)
        {
            if (_searches.Remove(key, out var search))
            {
                Leave(key, search, Outcome.Pending, now);
                if (force)
                {
                    anomalies.Add(AnomalyKind.TableEvicted, search.Frame);
                }

                _free.Push(search);
            }
        }

        _expired.Clear();
    }

    /// <summary>Adds to those that go until half of the table will be free: of answered searches only a further reply is not recognised then.</summary>
    private void MakeRoom(CaptureTime now, bool answered)
    {
        foreach (var (key, search) in _searches)
        {
            if (_searches.Count - _expired.Count <= options.MaxSearches / 2)
            {
                return;
            }

            if (search.IsAnswered == answered && !IsSilent(search, now))
            {
                _expired.Add(key);
            }
        }
    }

    public void Keep(StateArchive archive)
    {
        (_sweptAt, _requests, _answered) = (archive.Value(_sweptAt), archive.Value(_requests), archive.Value(_answered));
        foreach (var (text, unanswered) in archive.Items([.. _names.Where(name => name.Name.Length > 0)], name => name.Keep(archive)))
        {
            if (archive.Names.Get(text) is { Index: >= 0 } name)
            {
                Know(name);
                _names[name.Index] = new SearchedName(name.Text, unanswered);
            }
        }

        foreach (var (key, search) in archive.Items(_searches, entry => KeyValuePair.Create(archive.Value(entry.Key), SearchRecord.Keep(archive, entry.Value))))
        {
            _searches.Add(key, search);
        }
    }

    private readonly record struct SearchedName(string Name, bool Unanswered)
    {
        public SearchedName Keep(StateArchive archive) => new(archive.Text(Name), archive.Value(Unanswered));
    }
}

/// <summary>Who searches: cids are unique within one client process, that is, within its socket.</summary>
internal readonly record struct SearchKey(Transport Transport, Endpoint Client, uint Cid);
