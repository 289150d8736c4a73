using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;

namespace CaBridge.Server.Ingest;

/// <summary>One run of an agent's capture: takes its batches in, each once, in the order of their numbers. The loop owns it.</summary>
internal sealed class SensorSession
{
    /// <summary>Packets may be so long under way, in the agent's buffers and on the network: time must not pass before they come.</summary>
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(5);

    private const int MaxInterfaces = 1024;

    /// <summary>Of what an agent counts: sums over all sensors still fit.</summary>
    private const ulong MaxCount = 1UL << 48;

    private readonly List<LinkType> _linkTypes = [];
    private readonly List<Interface> _interfaces = [];
    private bool _toldClock;

    /// <param name="onTransaction">Told of every operation when it ends.</param>
    /// <param name="onSearch">Told of every search over UDP, as it goes on.</param>
    /// <param name="onConnection">Told of every channel when it has its first value, or ends before.</param>
    /// <param name="names">Shared by all sessions.</param>
    /// <param name="after">Batches up to this one have been taken in before.</param>
    public SensorSession(
        Hello hello, AnalyzerOptions options, TransactionHandler onTransaction, SearchHandler onSearch, ConnectionHandler onConnection, NameTable names, ulong after = 0)
    {
        Id = hello.SessionId;
        Sensor = hello.Sensor;
        Agent = hello.Agent;
        Selection = hello.Selection;
        LastSequence = Math.Max(Math.Max(hello.FirstSequence, 1) - 1, after);
        Describe(hello.Interfaces);
        Analyzer = new Analyzer(options, OtherEncapsulations.TryFindIp, onMessage: null, onTransaction, onSearch, names, onConnection);
    }

    public Analyzer Analyzer { get; }

    public string Id { get; }

    public string Sensor { get; }

    public string Agent { get; private set; }

    public string Selection { get; private set; }

    public IReadOnlyList<Interface> Interfaces => _interfaces;

    /// <summary>Of <see cref="Interfaces"/>.</summary>
    public IReadOnlyList<LinkType> LinkTypes => _linkTypes;

    /// <summary>All batches up to this one have been taken in, or will never come.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>Batches that were taken in.</summary>
    public long Batches { get; private set; }

    public long BatchesMissing { get; private set; }

    public long Packets { get; private set; }

    public long Bytes { get; private set; }

    public CaptureCounters Counters { get; private set; } = new();

    /// <summary>The server's clock minus the agent's at the last batch that told; null if none did.</summary>
    public TimeSpan? ClockOffset { get; private set; }

    public bool IsComplete { get; private set; }

    /// <summary>Whether it is complete because nobody fed it for too long: its agent may come back yet.</summary>
    public bool HasTimedOut { get; private set; }

    public string Peer { get; private set; } = "";

    public DateTimeOffset ConnectedAt { get; private set; }

    public DateTimeOffset LastReceivedAt { get; private set; }

    /// <summary>The stream that feeds it; null while none does.</summary>
    public AgentStream? Stream { get; private set; }

    public bool IsConnected => Stream is not null;

    /// <summary>Time of the latest packet; null before the first.</summary>
    public CaptureTime? LastPacket { get; private set; }

    /// <summary>With the frames that the agent saw and did not send.</summary>
    public AnalyzerSnapshot Snapshot()
    {
        var snapshot = Analyzer.Snapshot();
        return Counters.SegmentsAndDatagrams == 0 ? snapshot : snapshot with
        {
            FramesRead = (long)Counters.Frames,
            Frames = (long)Counters.SegmentsAndDatagrams,
            Bytes = (long)Counters.Bytes,
            First = new CaptureTime(Counters.FirstUnixNs),
            Last = new CaptureTime(Counters.LastUnixNs),
        };
    }

    /// <summary>A stream feeds it from now on; the one that did so far ends.</summary>
    public void Connect(AgentStream stream, string peer, DateTimeOffset now)
    {
        Peer = peer;
        Stream?.Refuse(Grpc.Core.StatusCode.Aborted, "a newer stream of this session has come");
        (Stream, ConnectedAt, LastReceivedAt, _toldClock) = (stream, now, now, false);
    }

    public void Disconnect(AgentStream stream)
    {
        if (ReferenceEquals(Stream, stream))
        {
            Stream = null;
        }
    }

    /// <summary>A new stream of the session: interfaces that it describes are those of before, and perhaps more.</summary>
    public void Resume(Hello hello)
    {
        Agent = hello.Agent;
        Selection = hello.Selection;
        Describe(hello.Interfaces.Skip(_interfaces.Count));
    }

    /// <summary>Takes a batch in.</summary>
    /// <param name="receivedAt">The server's clock.</param>
    /// <returns>What is wrong with the batch; null if nothing is. A batch that was taken in before is passed over.</returns>
    public string? Take(PacketBatch batch, DateTimeOffset receivedAt)
    {
        LastReceivedAt = receivedAt;
        if (batch.Sequence == 0)
        {
            return "sequence is 0; batches count from 1";
        }

        if (batch.Sequence <= LastSequence)
        {
            return null;
        }

        if (IsComplete)
        {
            return $"batch {batch.Sequence} comes after end_of_capture";
        }

        if (batch.InterfacesBefore > _interfaces.Count)
        {
            return $"batch {batch.Sequence}: interfaces_before is {batch.InterfacesBefore}, and {_interfaces.Count} are known";
        }

        var interfaces = Math.Max(_interfaces.Count, (int)batch.InterfacesBefore + batch.NewInterfaces.Count);
        if (interfaces > MaxInterfaces)
        {
            return $"batch {batch.Sequence}: new_interfaces brings more than {MaxInterfaces} of them";
        }

        if (PacketBatchReader.Fault(batch, interfaces) is { } fault)
        {
            return $"batch {batch.Sequence}: {fault}";
        }

        Batches++;
        BatchesMissing += (long)Math.Min(batch.Sequence - LastSequence - 1, MaxCount);
        LastSequence = batch.Sequence;
        Describe(batch.NewInterfaces.Skip(_interfaces.Count - (int)batch.InterfacesBefore));
        Counters = batch.Counters is { } counters ? Bounded(counters) : Counters;
        if (batch.SentUnixNs != 0)
        {
            _toldClock = true;
            ClockOffset = receivedAt - DateTimeOffset.UnixEpoch - TimeSpan.FromTicks(batch.SentUnixNs / TimeSpan.NanosecondsPerTick);
        }

        Analyze(batch);
        return null;
    }

    /// <summary>
    /// Tells the analyzer the sensor's time where no packet does; ends a session that nobody feeds any more. While the agent is away, and until it
    /// has sent something again, time stands still: the replies may be among what it will bring.
    /// </summary>
    public void Tick(DateTimeOffset now, TimeSpan timeout)
    {
        if (!IsConnected && !IsComplete && now - LastReceivedAt > timeout)
        {
            HasTimedOut = true;
            Complete();
        }
        else if (IsConnected && !IsComplete && _toldClock && ClockOffset is { } offset)
        {
            var sensorTime = now - offset - DateTimeOffset.UnixEpoch - OnTheWay;
            Analyzer.AdvanceTo(new CaptureTime(sensorTime.Ticks * TimeSpan.NanosecondsPerTick));
        }
    }

    /// <summary>As the agent would say it now.</summary>
    public Hello ToHello() => new()
    {
        SessionId = Id,
        Sensor = Sensor,
        Agent = Agent,
        Selection = Selection,
        FirstSequence = LastSequence + 1,
        Interfaces = { _interfaces },
    };

    /// <summary>The capture is over: ends what is open.</summary>
    public void Complete()
    {
        if (!IsComplete)
        {
            IsComplete = true;
            Analyzer.Complete();
        }
    }

    private void Analyze(PacketBatch batch)
    {
        var packets = new PacketBatchReader(batch, _linkTypes);
        while (packets.TryRead(out var packet))
        {
            Analyzer.Push(in packet);
            LastPacket = packet.Time > LastPacket.GetValueOrDefault(packet.Time) ? packet.Time : LastPacket ?? packet.Time;
        }

        Packets += batch.CapturedLengths.Count;
        Bytes += batch.Data.Length;
        if (batch.EndOfCapture)
        {
            Complete();
        }
    }

    private static CaptureCounters Bounded(CaptureCounters counters) => new(counters)
    {
        Frames = Math.Min(counters.Frames, MaxCount),
        Bytes = Math.Min(counters.Bytes, MaxCount),
        SegmentsAndDatagrams = Math.Min(counters.SegmentsAndDatagrams, MaxCount),
        DroppedByKernel = Math.Min(counters.DroppedByKernel, MaxCount),
        DroppedByAgent = Math.Min(counters.DroppedByAgent, MaxCount),
    };

    private void Describe(IEnumerable<Interface> interfaces)
    {
        foreach (var described in interfaces)
        {
            _interfaces.Add(described);
            _linkTypes.Add((LinkType)described.LinkType);
        }
    }
}
