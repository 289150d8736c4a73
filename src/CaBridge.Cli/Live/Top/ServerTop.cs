using CaBridge.Agent;
using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using OperationNames = CaBridge.Analysis.Transactions.OperationNames;

namespace CaBridge.Cli.Live.Top;

/// <summary>What a server answers. While it is away the last answer stays, and says so.</summary>
/// <param name="channel">Disposed with this.</param>
/// <param name="window">How far back figures reach.</param>
internal sealed class ServerTop(GrpcChannel channel, CaptureDuration window) : ITopSource
{
    private const int MaxPvs = 1000;
    private const int MaxServers = 1000;
    private const int MaxUnanswered = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly AnalysisService.AnalysisServiceClient _client = new(channel);
    private TopSnapshot? _last;

    public async Task<TopSnapshot> AskAsync(TopQuestion question, CancellationToken cancel)
    {
        try
        {
            return _last = await AskServerAsync(question, cancel);
        }
        catch (RpcException failure) when (!cancel.IsCancellationRequested)
        {
            ServerFault.ThrowIfFinal(failure);
            return _last is { } last
                ? last with { Problem = $"the server is away: {ServerFault.Sentence(failure)}" }
                : throw new Agent.AgentException($"The server cannot be reached: {ServerFault.Sentence(failure)}", failure);
        }
        catch (RpcException failure)
        {
            throw new OperationCanceledException("The call was cancelled.", failure, cancel);
        }
        catch (FormatException failure)
        {
            throw new Agent.AgentException($"The server is of another version: {failure.Message}", failure);
        }
    }

    public void Dispose() => channel.Dispose();

    private static LatencyRow[] Rows(QueryLatencyResponse response) => [.. response.Groups.Select(group => group.ToRow())];

    /// <summary>At a server that saw nothing before the window it is shorter.</summary>
    private static CaptureDuration Span(QueryLatencyResponse answer, CaptureTime? first, CaptureTime? latest)
    {
        if (answer.Start is not { } start || answer.End is not { } end || latest is not { } last)
        {
            return default;
        }

        // buckets reach beyond what was seen, at both ends
        var from = first is { } seen && seen > start.ToCaptureTime() ? seen : start.ToCaptureTime();
        var to = last < end.ToCaptureTime() ? last : end.ToCaptureTime();
        return CaptureDuration.NotNegative(to - from);
    }

    private static TopIntake Intake(RepeatedField<Sensor> sensors)
    {
        var away = sensors.Count(sensor => !sensor.Connected);
        var name = sensors.Count == 1 ? "1 sensor" : FormattableString.Invariant($"{sensors.Count:N0} sensors");
        return new TopIntake(
            away == 0 ? name : FormattableString.Invariant($"{name}, {away:N0} away"),
            sensors.Sum(sensor => sensor.FramesCaptured),
            sensors.Sum(sensor => sensor.DroppedByKernel + sensor.DroppedByAgent));
    }

    private async Task<TopSnapshot> AskServerAsync(TopQuestion question, CancellationToken cancel)
    {
        var options = new CallOptions(deadline: DateTime.UtcNow + Patience, cancellationToken: cancel);
        var sensors = _client.ListSensorsAsync(new ListSensorsRequest(), options).ResponseAsync;
        var total = _client.ListOperationsAsync(new ListOperationsRequest(), options).ResponseAsync;
        var operations = _client.QueryLatencyAsync(Query(question, Grouping.Operation, top: 0), options).ResponseAsync;
        var servers = _client.QueryLatencyAsync(Query(question, Grouping.Server, MaxServers), options).ResponseAsync;
        var pvs = _client.QueryLatencyAsync(Query(question, Grouping.Pv, MaxPvs), options).ResponseAsync;
        var unanswered = _client.ListUnansweredAsync(new ListUnansweredRequest { Filter = Filter(question), PageSize = MaxUnanswered }, options).ResponseAsync;
        await Task.WhenAll(sensors, total, operations, servers, pvs, unanswered);

        var seen = (await sensors).Sensors;
        var latest = seen.Select(sensor => sensor.LastPacket).OfType<Timestamp>().Select(time => (CaptureTime?)time.ToCaptureTime()).Max();
        var first = seen.Select(sensor => sensor.FirstPacket).OfType<Timestamp>().Select(time => (CaptureTime?)time.ToCaptureTime()).Min();
        return new TopSnapshot
        {
            Intake = Intake(seen),
            Latest = latest,
            Span = Span(await operations, first, latest),
            Accounts = [.. (await operations).Operations.Select(account => account.ToAccount())],
            ByOperation = Rows(await operations),
            ByServer = Rows(await servers),
            ByPv = Rows(await pvs),
            Unanswered = [.. (await unanswered).Unanswered.Select(transaction => transaction.ToTransaction())],
            Ended = Ended((await total).Operations),
        };
    }

    private static long[] Ended(IEnumerable<Contracts.V1.OperationAccount> accounts)
    {
        var ended = new long[OperationNames.Count];
        foreach (var account in accounts.Select(account => account.ToAccount()))
        {
            ended[(int)account.Operation] = account.Requests;
        }

        return ended;
    }

    private static Contracts.V1.TransactionFilter Filter(TopQuestion question)
    {
        var filter = new Contracts.V1.TransactionFilter { Pv = question.Pv };
        if (question.Operation is { } operation)
        {
            filter.Operations.Add(operation.ToMessage());
        }

        return filter;
    }

    private QueryLatencyRequest Query(TopQuestion question, Grouping grouping, int top) => new()
    {
        Range = new Contracts.V1.TimeRange { Last = window.ToDuration() },
        GroupBy = grouping,
        Filter = Filter(question),
        Top = top,
    };
}
