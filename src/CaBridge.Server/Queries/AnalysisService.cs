using CaBridge.Contracts.V1;
using CaBridge.Server.Live;
using CaBridge.Server.Security;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace CaBridge.Server.Queries;

/// <summary>Answers questions: analysis.proto. Each is understood here, and answered on the loop.</summary>
[Authorize(Rights.Read)]
internal sealed class AnalysisService(LiveLoop loop, LiveOptions options, TimeProvider clock, IHostApplicationLifetime lifetime)
    : Contracts.V1.AnalysisService.AnalysisServiceBase
{
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    public override Task<Report> GetReport(GetReportRequest request, ServerCallContext context) => Ask(new ReportQuestion(request).Answer, context);

    public override Task<QueryLatencyResponse> QueryLatency(QueryLatencyRequest request, ServerCallContext context) =>
        Ask(new LatencyQuestion(request).Answer, context);

    public override Task<ListOperationsResponse> ListOperations(ListOperationsRequest request, ServerCallContext context) =>
        Ask(new OperationsQuestion(request).Answer, context);

    public override Task<ListUnansweredResponse> ListUnanswered(ListUnansweredRequest request, ServerCallContext context) =>
        Ask(new UnansweredQuestion(request).Answer, context);

    public override Task<ListTransactionsResponse> ListTransactions(ListTransactionsRequest request, ServerCallContext context) =>
        Ask(new TransactionsQuestion(request).Answer, context);

    public override Task<ListServersResponse> ListServers(ListServersRequest request, ServerCallContext context) =>
        Ask(new ServersQuestion(request).Answer, context);

    public override Task<ListClientsResponse> ListClients(ListClientsRequest request, ServerCallContext context) =>
        Ask(new ClientsQuestion(request).Answer, context);

    public override Task<ListCircuitsResponse> ListCircuits(ListCircuitsRequest request, ServerCallContext context) =>
        Ask(new CircuitsQuestion(request).Answer, context);

    public override Task<ListChannelsResponse> ListChannels(ListChannelsRequest request, ServerCallContext context) =>
        Ask(new ChannelsQuestion(request).Answer, context);

    public override Task<ListSearchesResponse> ListSearches(ListSearchesRequest request, ServerCallContext context) =>
        Ask(new SearchesQuestion(request).Answer, context);

    public override Task<ListSensorsResponse> ListSensors(ListSensorsRequest request, ServerCallContext context) => Ask(SensorsQuestion.Answer, context);

    public override Task<ListFindingsResponse> ListFindings(ListFindingsRequest request, ServerCallContext context) =>
        Ask(new FindingsQuestion(request).Answer, context);

    public override async Task WatchFindings(
        WatchFindingsRequest request, IServerStreamWriter<WatchFindingsResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var watcher = new FindingWatcher(new FindingSelection(request.Filter));
        try
        {
            if (!await loop.AskAsync(state => state.Findings.TryAdd(watcher), end.Token))
            {
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"{options.MaxViewers} watch already"));
            }

            await foreach (var message in watcher.ReadAllAsync(end.Token))
            {
                await responseStream.WriteAsync(message, end.Token);
            }
        }
        finally
        {
            await loop.PostAsync(state => state.Findings.Remove(watcher), CancellationToken.None);
        }
    }

    public override async Task WatchTransactions(
        WatchTransactionsRequest request, IServerStreamWriter<WatchTransactionsResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var watcher = new Watcher(new OperationFilter(request.Filter), options.MaxTransactionsPerWatcher);
        try
        {
            if (!await loop.AskAsync(state => state.Statistics.TryAdd(watcher), end.Token))
            {
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"{options.MaxViewers} watch already"));
            }

            // tells the client that from here on nothing is missed
            await responseStream.WriteAsync(new WatchTransactionsResponse(), end.Token);
            await foreach (var message in watcher.ReadAllAsync(end.Token))
            {
                await responseStream.WriteAsync(message, end.Token);
            }
        }
        finally
        {
            await loop.PostAsync(state => state.Statistics.Remove(watcher), CancellationToken.None);
        }
    }

    public override async Task WatchLatency(WatchLatencyRequest request, IServerStreamWriter<QueryLatencyResponse> responseStream, ServerCallContext context)
    {
        var question = new LatencyQuestion(request.Query ?? new QueryLatencyRequest());
        var interval = TimeField.Read(request.Interval, "interval") is { } length ? TimeSpan.FromSeconds(length.TotalSeconds) : UsualInterval;
        if (interval < ShortestInterval || interval > LongestInterval)
        {
            throw new QuestionException("interval must be 0.1 s to 3600 s");
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(interval, clock);
        do
        {
            await responseStream.WriteAsync(await loop.AskAsync(question.Answer, end.Token), end.Token);
        }
        while (await timer.WaitForNextTickAsync(end.Token));
    }

    private Task<T> Ask<T>(Func<LiveState, T> question, ServerCallContext context) => loop.AskAsync(question, context.CancellationToken);
}
