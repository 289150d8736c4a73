using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Transactions;

/// <summary>Receives each operation once, when it has ended; the reference is valid during the call only.</summary>
public delegate void TransactionHandler(in Transaction transaction);

/// <summary>One operation from its request to its end.</summary>
/// <remarks>
/// A record of one ended operation: <see cref="Latency"/> is reply time − request time, of the messages as they were first completed in stream
/// order; null where no reply came. Times of an operation whose request was not seen are those of its reply.
/// </remarks>
public readonly record struct Transaction
{
    /// <summary>One more than that, and 0 for none: there are many of these.</summary>
    private readonly long _network;

    public Operation Operation { get; init; }

    public Outcome Outcome { get; init; }

    /// <summary>Null where the recording does not tell the channel's name, and for connect and echo.</summary>
    public PvName? Pv { get; init; }

    public Endpoint Client { get; init; }

    /// <summary>Who answered; for a search without reply, the first address that was asked.</summary>
    public Endpoint Server { get; init; }

    public CaptureTime RequestedAt { get; init; }

    public CaptureDuration? Latency { get; init; }

    /// <summary>
    /// What of <see cref="Latency"/> was on the way from the sensor to the server and back, as TCP's acknowledgements measured it on the circuit;
    /// the rest is the server's. Null where no reply came or the circuit did not tell, and for search and connect.
    /// </summary>
    public CaptureDuration? Network
    {
        get => _network == 0 ? null : new CaptureDuration(_network - 1);
        init => _network = value is { } known ? known.Nanoseconds + 1 : 0;
    }

    /// <summary>When the reply came, or when it was known that none would come, or not in time.</summary>
    public CaptureTime EndedAt { get; init; }

    /// <summary>Whether three or more requests that were sent after it, by ioid on the same circuit, were answered before it ended without reply.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>
    /// The ECA status of the reply (<see cref="EcaStatus"/>). A reply that has none says ECA_NORMAL (1) where it answers; 0 where it refuses
    /// (CREATE_CH_FAIL, NOT_FOUND, RST), and without reply: no status was told.
    /// </summary>
    public uint Status { get; init; }

    /// <summary>Frame that completed the request; 0 where it was not seen.</summary>
    public long RequestFrame { get; init; }

    /// <summary>Frame that completed the reply; 0 where none was seen.</summary>
    public long ReplyFrame { get; init; }

    /// <summary>Bytes of request and reply messages, headers included.</summary>
    public long Bytes { get; init; }

    /// <summary>Search: requests with a sequence number of their own until the reply. Connect: SYNs. Else 1.</summary>
    public int Tries { get; init; }

    /// <summary>Search: the addresses that one try went to. Else 1.</summary>
    public int FanOut { get; init; }

    /// <summary>Whether a reply came, whatever it said: what latency statistics are made of.</summary>
    public bool HasReply => Outcome is Outcome.Answered or Outcome.Failed && Latency is not null;
}
