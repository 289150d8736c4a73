using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Tests.Kit;

/// <summary>A capture as it is told to an <see cref="Analyzer"/>, and what that said of it. Time starts at 1000 ms and moves when told to.</summary>
internal sealed class Wire
{
    public static readonly Endpoint Console = Endpoint.FromIPv4(0x0A2C_000B, 0);
    public static readonly Endpoint Archiver = Endpoint.FromIPv4(0x0A2C_000C, 0);
    public static readonly Endpoint Ioc = Endpoint.FromIPv4(0x0A2C_0015, 5064);
    public static readonly Endpoint OtherIoc = Endpoint.FromIPv4(0x0A2C_0016, 5064);
    public static readonly Endpoint Broadcast = Endpoint.FromIPv4(0x0A2C_00FF, 5064);

    private readonly Analyzer _analyzer;
    private ushort _ipId;
    private long _frame;

    /// <summary>One that looks for findings.</summary>
    public static Wire WithDiagnosis() => new(new AnalyzerOptions { Diagnosis = new DiagnosisOptions() });

    public Wire(AnalyzerOptions? options = null) => _analyzer = new Analyzer(
        options ?? new AnalyzerOptions(), decapsulate: null, (in DecodedMessage message) => Messages.Add(SeenMessage.Of(message)), Collect,
        onConnection: (in ChannelConnection connection) => Connections.Add(connection));

    public List<Transaction> Transactions { get; } = [];

    public List<SeenMessage> Messages { get; } = [];

    public List<ChannelConnection> Connections { get; } = [];

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public double Now { get; set; } = 1000;

    public long Frame => _frame;

    /// <summary>To look at what is open.</summary>
    public Analyzer Analyzer => _analyzer;

    /// <summary>Never 0, which means that a frame has no IP id.</summary>
    public ushort NextIpId() => ++_ipId == 0 ? ++_ipId : _ipId;

    public static CaptureTime Time(double milliseconds) => new((long)(milliseconds * CaptureDuration.NanosecondsPerMillisecond));

    public static CaptureDuration Milliseconds(double milliseconds) => new((long)(milliseconds * CaptureDuration.NanosecondsPerMillisecond));

    /// <param name="at">Moves the clock there; without it, the frame comes a millisecond after the one before.</param>
    public void Put(WireFrame frame, double? at = null)
    {
        Now = at ?? Now + 1;
        _analyzer.Push(new Packet(Time(Now), ++_frame, LinkType.Ethernet, frame.Bytes, frame.Bytes.Length));
    }

    /// <summary>A frame of which the capture kept only the beginning.</summary>
    public void PutCut(WireFrame frame, int missingBytes)
    {
        Now++;
        _analyzer.Push(new Packet(Time(Now), ++_frame, LinkType.Ethernet, frame.Bytes.AsSpan(0, frame.Bytes.Length - missingBytes), frame.Bytes.Length));
    }

    public void Datagram(Endpoint source, Endpoint destination, params byte[][] messages) =>
        Put(WireFrame.Udp(source, destination, NextIpId(), Ca.Join(messages)));

    public void AdvanceTo(double milliseconds)
    {
        Now = milliseconds;
        _analyzer.AdvanceTo(Time(milliseconds));
    }

    /// <summary>Of one kind; the recording goes on.</summary>
    public IReadOnlyList<Finding> Findings(FindingKind kind) => [.. _analyzer.Findings().Where(finding => finding.Kind == kind)];

    public AnalyzerSnapshot Snapshot() => _analyzer.Snapshot();

    /// <summary>The recording ends here.</summary>
    public AnalyzerSnapshot End()
    {
        _analyzer.Complete();
        return _analyzer.Snapshot();
    }

    public long Anomalies(AnomalyKind kind) => _analyzer.Snapshot().Anomalies.Where(anomaly => anomaly.Kind == kind).Sum(anomaly => anomaly.Count);

    public long AnomalyBytes(AnomalyKind kind) => _analyzer.Snapshot().Anomalies.Where(anomaly => anomaly.Kind == kind).Sum(anomaly => anomaly.Bytes);

    public OperationAccount Account(Operation operation) => _analyzer.Snapshot().Operations.Single(account => account.Operation == operation);

    /// <summary>The transactions of one operation, in the order in which they were told.</summary>
    public IReadOnlyList<Transaction> Of(Operation operation) => [.. Transactions.Where(transaction => transaction.Operation == operation)];

    public IReadOnlyList<CaCommand> Commands(Sender sender) => [.. Messages.Where(message => message.Sender == sender).Select(message => message.Header.Command)];

    private void Collect(in Transaction transaction) => Transactions.Add(transaction);
}
