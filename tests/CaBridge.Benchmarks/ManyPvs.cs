using System.Diagnostics;
using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Kit;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;

namespace CaBridge.Benchmarks;

/// <summary>Channels to many PVs, then gets on them at random as fast as the server takes them, while others ask it questions.</summary>
internal static class ManyPvs
{
    private const int Circuits = 1000;
    private const int MessagesPerSegment = 20;
    private const double ReplyMilliseconds = 0.8;
    private static readonly TimeSpan Asking = TimeSpan.FromSeconds(20);

    public static int Run(int pvs)
    {
        using var server = ServerProcess.Analyzing();
        using var agent = new MemoryAgent(server.Url, "many");
        var before = server.MemoryBytes;
        var site = new Site(agent, pvs / Circuits);
        site.Connect();
        agent.WaitForRoom();
        Report($"{pvs} channels", server, before);
        using var channel = GrpcChannel.ForAddress(server.Url, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        using var stop = new CancellationTokenSource(Asking);
        var asking = Task.Run(() => Ask(new AnalysisService.AnalysisServiceClient(channel), stop.Token));
        var (clock, first) = (Stopwatch.StartNew(), site.Packets);
        while (!asking.IsCompleted)
        {
            site.Get();
            agent.WaitForRoom();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"meanwhile {(site.Packets - first) / clock.Elapsed.TotalSeconds / 1e6:F2} million packets/s of {MessagesPerSegment} messages"));
        agent.Complete();
        Report("with gets", server, before);
        asking.GetAwaiter().GetResult();
        return 0;
    }

    private static void Report(string what, ServerProcess server, long before) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: server's memory {server.MemoryBytes / 1_000_000} MB, of which {before / 1_000_000} MB before"));

    private static void Ask(AnalysisService.AnalysisServiceClient analysis, CancellationToken stop)
    {
        var minutes = new TimeRange { Last = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)) };
        (string Name, Action Ask, List<double> Milliseconds)[] questions =
        [
            ("slowest PVs, 5 min", () => analysis.QueryLatency(new QueryLatencyRequest { GroupBy = Grouping.Pv, Range = minutes, Top = 20 }), []),
            ("by server, 5 min", () => analysis.QueryLatency(new QueryLatencyRequest { GroupBy = Grouping.Server, Range = minutes }), []),
            ("one PV's latency", () => analysis.QueryLatency(new QueryLatencyRequest { GroupBy = Grouping.Pv, Filter = new TransactionFilter { Pv = "site:*:pv77" } }), []),
            ("report", () => analysis.GetReport(new GetReportRequest()), []),
            ("operations, 5 min", () => analysis.ListOperations(new ListOperationsRequest { Range = minutes }), []),
            ("100 transactions", () => analysis.ListTransactions(new ListTransactionsRequest { PageSize = 100 }), []),
            ("100 channels", () => analysis.ListChannels(new ListChannelsRequest { PageSize = 100 }), []),
            ("channels by name", () => analysis.ListChannels(new ListChannelsRequest { Pv = "site:*:pv77", PageSize = 100 }), []),
        ];
        while (!stop.IsCancellationRequested)
        {
            foreach (var (_, ask, milliseconds) in questions)
            {
                var clock = Stopwatch.StartNew();
                ask();
                milliseconds.Add(clock.Elapsed.TotalMilliseconds);
            }
        }

        foreach (var (name, _, milliseconds) in questions)
        {
            milliseconds.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {milliseconds.Count} times, p50 {At(milliseconds, 0.5):F1} ms, p99 {At(milliseconds, 0.99):F1} ms, max {milliseconds[^1]:F1} ms"));
        }
    }

    private static double At(List<double> sorted, double q) => sorted[(int)(q * (sorted.Count - 1))];

    /// <summary>A thousand clients' circuits to a hundred servers.</summary>
    private sealed class Site(MemoryAgent agent, int channels)
    {
        private const int Servers = 100;

        private readonly Random _random = new(1);
        private readonly uint[] _clientNext = new uint[Circuits];
        private readonly uint[] _serverNext = new uint[Circuits];
        private long _now = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * CaptureDuration.NanosecondsPerMillisecond;
        private ushort _ipId;
        private uint _ioid;

        public long Packets { get; private set; }

        public void Connect()
        {
            for (var circuit = 0; circuit < Circuits; circuit++)
            {
                Send(circuit, TcpFlags.Syn, []);
                _clientNext[circuit]++;
                Reply(circuit, TcpFlags.Syn | TcpFlags.Ack, []);
                _serverNext[circuit]++;
                Send(circuit, TcpFlags.Ack | TcpFlags.Psh, Ca.Join(Ca.Version(), Ca.ClientName(), Ca.HostName()));
                Reply(circuit, TcpFlags.Ack | TcpFlags.Psh, Ca.Version());
                for (var channel = 0; channel < channels; channel += MessagesPerSegment)
                {
                    var cids = Enumerable.Range(channel, Math.Min(MessagesPerSegment, channels - channel)).Select(cid => (uint)cid).ToList();
                    Send(circuit, TcpFlags.Ack | TcpFlags.Psh, Ca.Join([.. cids.Select(cid => Ca.Create(cid, $"site:{circuit}:pv{cid}"))]));
                    Reply(circuit, TcpFlags.Ack | TcpFlags.Psh, Ca.Join([.. cids.SelectMany(cid => (byte[][])[Ca.Rights(cid), Ca.Created(cid, cid)])]));
                }

                agent.WaitForRoom();
            }
        }

        public void Get()
        {
            var circuit = _random.Next(Circuits);
            var ioid = _ioid;
            _ioid += MessagesPerSegment;
            Send(circuit, TcpFlags.Ack | TcpFlags.Psh, Ca.Join([.. Enumerable.Range(0, MessagesPerSegment).Select(i => Ca.Get((uint)_random.Next(channels), ioid + (uint)i))]));
            Reply(circuit, TcpFlags.Ack | TcpFlags.Psh, Ca.Join([.. Enumerable.Range(0, MessagesPerSegment).Select(i => Ca.Got(ioid + (uint)i))]));
        }

        private static Endpoint Client(int circuit) => Endpoint.FromIPv4(0x0A01_0000 + (uint)circuit, (ushort)(40_000 + circuit));

        private static Endpoint Server(int circuit) => Endpoint.FromIPv4(0x0A02_0000 + (uint)(circuit % Servers), 5064);

        private void Send(int circuit, TcpFlags flags, byte[] payload)
        {
            _now += 1000;
            Push(WireFrame.Tcp(Client(circuit), Server(circuit), _clientNext[circuit], _serverNext[circuit], flags, NextIpId(), payload));
            _clientNext[circuit] += (uint)payload.Length;
        }

        private void Reply(int circuit, TcpFlags flags, byte[] payload)
        {
            _now += (long)(_random.NextDouble() * ReplyMilliseconds * 1e6);
            Push(WireFrame.Tcp(Server(circuit), Client(circuit), _serverNext[circuit], _clientNext[circuit], flags, NextIpId(), payload));
            _serverNext[circuit] += (uint)payload.Length;
        }

        private ushort NextIpId() => ++_ipId == 0 ? ++_ipId : _ipId;

        private void Push(WireFrame frame) =>
            agent.Push(new Packet(new CaptureTime(_now), ++Packets, LinkType.Ethernet, frame.Bytes, frame.Bytes.Length));
    }
}
