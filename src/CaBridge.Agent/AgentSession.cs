using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using Google.Protobuf;

namespace CaBridge.Agent;

/// <summary>One run of a capture: packets in, from one thread; numbered batches out, into the spool.</summary>
public sealed class AgentSession : IDisposable
{
    private readonly SessionOptions _options;
    private readonly Spool _spool;
    private readonly Func<IReadOnlyList<CaptureInterface>> _interfaces;
    private readonly TaskCompletionSource<ulong> _last = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PacketBatchBuilder _builder = new();
    private readonly CaptureCounters _counters = new();
    private readonly Lock _lock = new();
    private readonly Timer _timer;
    private readonly List<Interface> _described = [];
    private readonly Hello _hello;
    private ulong _sequence;
    private ulong _toldFrames;

    /// <param name="interfaces">
    /// What packets' interface indexes count in, as far as it is known; asked again for each batch, and where it is live by other threads, too.
    /// </param>
    public AgentSession(SessionOptions options, Spool spool, Func<IReadOnlyList<CaptureInterface>> interfaces)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _spool, _interfaces) = (options, spool, interfaces);
        _hello = new Hello
        {
            SessionId = Guid.NewGuid().ToString(),
            Sensor = options.Sensor,
            Agent = options.Agent,
            Selection = options.Selection,
        };
        _timer = new Timer(_ => Flush());
    }

    /// <summary>
    /// What a stream begins with at this moment. Where batches may be discarded, as live, it describes all interfaces that are known: the batch that
    /// would have told of one may be among them.
    /// </summary>
    /// <param name="firstSequence">The first batch that can still be sent.</param>
    public Hello Greet(ulong firstSequence)
    {
        lock (_lock)
        {
            if (_options.IsLive)
            {
                DescribeNew();
            }

            return new Hello(_hello) { FirstSequence = firstSequence, Interfaces = { _described } };
        }
    }

    /// <summary>The number of the last batch, once <see cref="Complete"/> was called.</summary>
    public Task<ulong> Last => _last.Task;

    /// <summary>Packets put into batches.</summary>
    public long SentPackets { get; private set; }

    /// <summary>A packet that goes to the server.</summary>
    public void Add(in Packet packet)
    {
        lock (_lock)
        {
            if (!_builder.TryAdd(in packet))
            {
                Send(isEnd: false);
                _builder.TryAdd(in packet);
            }

            if (_options.IsLive && _builder.Count == 1)
            {
                _timer.Change(_options.MaxDelay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>
    /// What the capture has counted, for the next batch: where it is live and the server has all that there was, one goes for it alone, so that the
    /// server knows how far a capture has come that has nothing for it.
    /// </summary>
    public void Count(CaptureTally tally, long droppedByKernel)
    {
        ArgumentNullException.ThrowIfNull(tally);
        lock (_lock)
        {
            _counters.Frames = (ulong)tally.Frames;
            _counters.Bytes = (ulong)tally.Bytes;
            _counters.SegmentsAndDatagrams = (ulong)tally.SegmentsAndDatagrams;
            _counters.FirstUnixNs = tally.First.UnixNanoseconds;
            _counters.LastUnixNs = tally.Last.UnixNanoseconds;
            _counters.DroppedByKernel = (ulong)droppedByKernel;
            if (_options.IsLive && _builder.Count == 0 && _counters.Frames != _toldFrames && _spool.Held.Count == 0)
            {
                Send(isEnd: false);
            }
        }
    }

    /// <summary>Sends what waits.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_builder.Count > 0)
            {
                Send(isEnd: false);
            }
        }
    }

    /// <summary>The capture is over.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            // the last batch has no packets: it is never dropped, and knows of all that were
            if (_builder.Count > 0)
            {
                Send(isEnd: false);
            }

            Send(isEnd: true);
            _last.TrySetResult(_sequence);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Send(bool isEnd)
    {
        var batch = _builder.Build();
        batch.Sequence = ++_sequence;
        batch.EndOfCapture = isEnd;
        batch.InterfacesBefore = (uint)_described.Count;
        batch.NewInterfaces.AddRange(DescribeNew());
        batch.Counters = _counters;
        batch.Counters.DroppedByAgent = (ulong)_spool.DroppedPackets;
        batch.SentUnixNs = _options.IsLive ? (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick : 0;
        var packets = batch.CapturedLengths.Count;
        SentPackets += packets;
        _toldFrames = _counters.Frames;
        _spool.Add(_sequence, batch.ToByteArray(), packets);
    }

    /// <returns>Those that appeared since the last time.</returns>
    private List<Interface> DescribeNew()
    {
        var known = _described.Count;
        _described.AddRange(_interfaces().Skip(known).Select(device => new Interface
        {
            Name = device.Name ?? "",
            Description = device.Description ?? "",
            LinkType = (uint)device.LinkType,
            SnapLength = (uint)Math.Max(device.SnapLengthBytes, 0),
        }));
        return _described[known..];
    }
}
