using System.Globalization;
using CaBridge.Agent;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Kit;
using Grpc.Core;
using Grpc.Net.Client;
using Endpoint = CaBridge.Analysis.Endpoint;

namespace CaBridge.Benchmarks;

/// <summary>How old a get is when a watcher sees it, counted from the packet of its reply: through an agent's session and a started server.</summary>
internal sealed class WatchLatency(AgentSession session)
{
    private const int PerSecond = 10_000;
    private const uint Sid = 257;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>Another one in each run: of a circuit that two sensors see the server counts one.</summary>
    private static readonly Endpoint Client = Endpoint.FromIPv4(0x0A2C_000B, (ushort)(1024 + (Environment.ProcessId % 60_000)));
    private static readonly Endpoint Ioc = Endpoint.FromIPv4(0x0A2C_0015, 5064);

    private long _frame;
    private uint _clientNext = 1_000;
    private uint _serverNext = 900_000;
    private ushort _ipId;

    public static async Task<int> MeasureAsync(string url, int seconds)
    {
        using var channel = GrpcChannel.ForAddress(url);
        using var spool = new Spool(new SpoolOptions());
        using var session = new AgentSession(
            new SessionOptions { Sensor = $"bench{Environment.ProcessId}", Agent = "watch-latency", Selection = "Channel Access", IsLive = true },
            spool,
            () => [new CaptureInterface("bench", Description: null, LinkType.Ethernet, SnapLengthBytes: 0)]);
        using var watch = new AnalysisService.AnalysisServiceClient(channel).WatchTransactions(
            new WatchTransactionsRequest { Filter = new TransactionFilter { Operations = { Operation.Get } } });
        await watch.ResponseStream.MoveNext(CancellationToken.None);
        var sending = new ServerLink(channel, session, spool).RunAsync(CancellationToken.None);
        var warm = DateTimeOffset.UtcNow + WarmUp;
        var wanted = PerSecond * (seconds + (int)WarmUp.TotalSeconds);
        var pacing = Task.Factory.StartNew(() => new WatchLatency(session).Send(wanted), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var (ages, lost) = await SeeAsync(watch.ResponseStream, warm, wanted);
        await pacing;
        session.Complete();
        await sending;

        ages.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{PerSecond} gets/s for {seconds} s: p50 {At(0.5):F1} ms, p99 {At(0.99):F1} ms, max {ages[^1]:F1} ms; {lost} lost"));
        return 0;

        double At(double rank) => ages[(int)(rank * (ages.Count - 1))];
    }

    /// <returns>Milliseconds from packet to here, of those after <paramref name="warm"/>.</returns>
    private static async Task<(List<double> Ages, long Lost)> SeeAsync(IAsyncStreamReader<WatchTransactionsResponse> stream, DateTimeOffset warm, int wanted)
    {
        var ages = new List<double>(wanted);
        var (seen, lost) = (0L, 0L);
        while (seen + lost < wanted && await stream.MoveNext(CancellationToken.None))
        {
            var now = DateTimeOffset.UtcNow;
            lost += stream.Current.Lost;
            seen += stream.Current.Transactions.Count;
            ages.AddRange(stream.Current.Transactions
                .Select(get => get.RequestedAt.ToDateTimeOffset() + get.Latency.ToTimeSpan())
                .Where(replied => replied > warm)
                .Select(replied => (now - replied).TotalMilliseconds));
        }

        return (ages, lost);
    }

    private void Send(int count)
    {
        Request(TcpFlags.Syn);
        _clientNext++;
        Reply(TcpFlags.Syn | TcpFlags.Ack);
        _serverNext++;
        Request(TcpFlags.Ack, Ca.Join(Ca.Version(), Ca.ClientName(), Ca.HostName(), Ca.Create(1, "bench:ai")));
        Reply(TcpFlags.Ack, Ca.Join(Ca.Version(), Ca.Rights(1), Ca.Created(1, Sid)));

        var began = DateTimeOffset.UtcNow;
        for (var ioid = 1; ioid <= count; ioid++)
        {
            while ((DateTimeOffset.UtcNow - began).TotalSeconds * PerSecond < ioid)
            {
                Thread.Sleep(1);
            }

            Request(TcpFlags.Ack, Ca.Get(Sid, (uint)ioid));
            Reply(TcpFlags.Ack, Ca.Got((uint)ioid));
        }
    }

    private void Request(TcpFlags flags, params byte[] messages)
    {
        Add(WireFrame.Tcp(Client, Ioc, _clientNext, _serverNext, flags, ++_ipId, messages));
        _clientNext += (uint)messages.Length;
    }

    private void Reply(TcpFlags flags, params byte[] messages)
    {
        Add(WireFrame.Tcp(Ioc, Client, _serverNext, _clientNext, flags, ++_ipId, messages));
        _serverNext += (uint)messages.Length;
    }

    private void Add(WireFrame frame)
    {
        var now = new CaptureTime((DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
        session.Add(new Packet(now, ++_frame, LinkType.Ethernet, frame.Bytes, frame.Bytes.Length));
    }
}
