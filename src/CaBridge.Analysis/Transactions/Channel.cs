using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Transactions;

/// <summary>A channel of one circuit by the server's id, until the server has confirmed its end.</summary>
internal struct ServerChannel
{
    private const uint ClearedBit = 1u << 31;
    private const uint LacksValueBit = 1u << 30;
    private const uint MaxAsked = LacksValueBit - 1;

    public uint Cid;

    public PvName? Pv;

    /// <summary>Gets, puts and legacy reads that wait.</summary>
    public ChannelItems Requests;

    public ChannelItems Monitors;

    /// <summary>Two bits and a count in one field: there may be millions of these.</summary>
    private uint _bitsAndAsked;

    /// <summary>Whether CLEAR_CHANNEL was sent: what the server sent before it read that is still to come.</summary>
    public bool Cleared
    {
        readonly get => Has(ClearedBit);
        set => Set(ClearedBit, value);
    }

    /// <summary>Whether it is on its way to its first value, and has not asked for it.</summary>
    public bool LacksValue
    {
        readonly get => Has(LacksValueBit);
        set => Set(LacksValueBit, value);
    }

    /// <summary>Gets, puts with and without reply, legacy reads and subscriptions so far; stays at 2³⁰ − 1.</summary>
    public readonly uint Asked => _bitsAndAsked & MaxAsked;

    public void Keep(StateArchive archive)
    {
        (Cid, Pv) = (archive.Value(Cid), archive.OptionalName(Pv));
        (Requests, Monitors, _bitsAndAsked) = (archive.Value(Requests), archive.Value(Monitors), archive.Value(_bitsAndAsked));
    }

    public void CountAsked() => _bitsAndAsked += Asked == MaxAsked ? 0u : 1;

    private readonly bool Has(uint bit) => (_bitsAndAsked & bit) != 0;

    private void Set(uint bit, bool value) => _bitsAndAsked = (_bitsAndAsked & ~bit) | (value ? bit : 0);
}

/// <summary>A channel of one circuit by the client's id.</summary>
/// <remarks>There may be millions of these: what CREATE_CHAN's reply tells stands where the request stood, of which only name and time are needed then.</remarks>
internal struct ClientChannel
{
    private const long NoLatency = -1;
    private const byte RightsTold = 1 << 7;

    private PvName? _pv;
    private CaptureTime _requestedAt;

    /// <summary>While CREATE_CHAN waits its frame, then the latency in nanoseconds.</summary>
    private long _frameOrLatency;

    /// <summary>While CREATE_CHAN waits its bytes, then the number of elements.</summary>
    private uint _bytesOrCount;

    private byte _nativeType;
    private byte _rights;
    private Flags _flags;

    [Flags]
    private enum Flags : byte
    {
        None = 0,
        CreatePending = 1,
        IsOverdue = 2,
        HasSid = 4,
    }

    /// <summary>While CREATE_CHAN waits, that of the channel which had the cid before.</summary>
    public uint Sid { get; private set; }

    /// <summary>In <see cref="ChannelPlaces"/>.</summary>
    public int Place { get; init; }

    /// <summary>In <see cref="ConnectionCorrelator"/>, counted from 1, while it is on its way to its first value; else 0.</summary>
    public int Connecting { get; set; }

    public readonly bool CreatePending => Has(Flags.CreatePending);

    public readonly bool HasSid => Has(Flags.HasSid);

    public readonly PvName? Pv => _pv;

    /// <summary>The CREATE_CHAN that waits; of no meaning when it does not.</summary>
    public readonly PendingOperation Request =>
        new(Operation.Create, _pv, Sid: 0, _requestedAt, _frameOrLatency, _bytesOrCount) { IsOverdue = Has(Flags.IsOverdue) };

    /// <summary>When the reply came; while CREATE_CHAN waits, when that was sent.</summary>
    public readonly CaptureTime Since => CreatePending || Latency is not { } latency ? _requestedAt : _requestedAt + latency;

    /// <summary>From CREATE_CHAN to its reply; null where either was not seen.</summary>
    public readonly CaptureDuration? Latency => CreatePending || _frameOrLatency == NoLatency ? null : new CaptureDuration(_frameOrLatency);

    /// <summary>A DBR type; one beyond 255, which no server has, as 255. Of no meaning while CREATE_CHAN waits.</summary>
    public readonly DbrType NativeType => (DbrType)_nativeType;

    /// <summary>Of no meaning while CREATE_CHAN waits.</summary>
    public readonly uint ElementCount => _bytesOrCount;

    /// <summary>Bits as ACCESS_RIGHTS has them; null before the first.</summary>
    public readonly uint? Rights => (_rights & RightsTold) != 0 ? (uint)_rights & ~(uint)RightsTold : null;

    /// <summary>CREATE_CHAN was sent.</summary>
    public void Ask(in PendingOperation request)
    {
        (_pv, _requestedAt, _frameOrLatency, _bytesOrCount) = (request.Pv, request.RequestedAt, request.Frame, request.Bytes);
        _rights = 0;
        _flags = (_flags & Flags.HasSid) | Flags.CreatePending;
    }

    /// <summary>The timeout was told.</summary>
    public void MarkOverdue() => _flags |= Flags.IsOverdue;

    /// <summary>The reply came.</summary>
    public void Connect(uint sid, uint nativeType, uint elementCount, CaptureTime at)
    {
        (_frameOrLatency, _requestedAt) = CreatePending ? (Math.Max(0, (at - _requestedAt).Nanoseconds), _requestedAt) : (NoLatency, at);
        (_nativeType, _bytesOrCount) = ((byte)Math.Min(nativeType, byte.MaxValue), elementCount);
        Sid = sid;
        _flags = Flags.HasSid;
    }

    /// <summary>ACCESS_RIGHTS came: before the reply to CREATE_CHAN, and whenever they change.</summary>
    public void Grant(uint rights) => _rights = (byte)(RightsTold | (rights & 3));

    public void Keep(StateArchive archive)
    {
        (_pv, _requestedAt, _frameOrLatency) = (archive.OptionalName(_pv), archive.Value(_requestedAt), archive.Value(_frameOrLatency));
        (_bytesOrCount, _nativeType, _rights, _flags) =
            (archive.Value(_bytesOrCount), archive.Value(_nativeType), archive.Value(_rights), archive.Value(_flags));
        (Sid, Connecting) = (archive.Value(Sid), archive.Value(Connecting));
        this = this with { Place = archive.Value(Place) };
    }

    private readonly bool Has(Flags flag) => (_flags & flag) != Flags.None;
}
