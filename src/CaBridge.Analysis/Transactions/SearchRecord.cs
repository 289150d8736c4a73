using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>A name that a client searches. The table of them is walked often, and grows: its entries are small where they refer to what they hold.</summary>
internal sealed class SearchRecord(PvName name)
{
    public PvName Name { get; private set; } = name;

    public CaptureTime RequestedAt { get; private set; }

    public long Frame { get; private set; }

    public long Bytes { get; private set; }

    public Endpoint Destination { get; private set; }

    public uint? Sequence { get; set; }

    public int Copies { get; set; }

    public int FanOut { get; set; }

    public int Tries { get; set; }

    public CaptureTime LastTryAt { get; set; }

    public CaptureTime LastSeen { get; set; }

    public bool IsAnswered { get; set; }

    public CaptureTime AnsweredAt { get; set; }

    /// <summary>Who answered first.</summary>
    public Endpoint Server { get; set; }

    public long AnswerFrame { get; set; }

    /// <summary>Whether the name got a reply under this key, in this search or before.</summary>
    public bool WasEverAnswered { get; set; }

    /// <summary>Whether the key got a reply, for this name or for one before.</summary>
    public bool WasKeyAnswered { get; set; }

    /// <summary>The first request of a name.</summary>
    /// <param name="isSameName">Whether the search before it under this key was for this name, too.</param>
    /// <param name="isSameKey">Whether there was one before it.</param>
    public void Begin(PvName name, uint? sequence, Endpoint destination, in MessageStamp at, bool isSameName, bool isSameKey)
    {
        (Name, RequestedAt, Frame, Bytes, Destination, Sequence) = (name, at.Time, at.Frame, at.Bytes, destination, sequence);
        (Copies, FanOut, Tries, LastTryAt, LastSeen) = (1, 1, 1, at.Time, at.Time);
        (IsAnswered, AnsweredAt, Server, AnswerFrame) = (false, default, default, 0);
        WasEverAnswered &= isSameName;
        WasKeyAnswered &= isSameKey;
    }

    public static SearchRecord Keep(StateArchive archive, SearchRecord? search)
    {
        var name = archive.Name(search?.Name);
        search ??= new SearchRecord(name);
        search.KeepSteps(archive);
        return search;
    }

    private void KeepSteps(StateArchive archive)
    {
        (RequestedAt, Frame, Bytes) = (archive.Value(RequestedAt), archive.Value(Frame), archive.Value(Bytes));
        (Destination, Sequence) = (archive.Value(Destination), archive.Optional(Sequence));
        (Copies, FanOut, Tries) = (archive.Value(Copies), archive.Value(FanOut), archive.Value(Tries));
        (LastTryAt, LastSeen) = (archive.Value(LastTryAt), archive.Value(LastSeen));
        (IsAnswered, AnsweredAt) = (archive.Value(IsAnswered), archive.Value(AnsweredAt));
        (Server, AnswerFrame) = (archive.Value(Server), archive.Value(AnswerFrame));
        (WasEverAnswered, WasKeyAnswered) = (archive.Value(WasEverAnswered), archive.Value(WasKeyAnswered));
    }
}
