using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Metrics;

/// <summary>Puts the latencies of the <see cref="LatencyFeed"/> into the histograms, beside the loop.</summary>
internal sealed class LatencyRecorder(LatencyFeed feed, ServerMeters meters, MetricsOptions options) : BackgroundService
{
    private const string Other = "other";

    private readonly Dictionary<Endpoint, Tags> _servers = [];
    private readonly Tags _others = new(Other);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var batch in feed.Batches.ReadAllAsync(stoppingToken))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                ref readonly var latency = ref batch.Latencies[i];
                meters.Latency.Record(latency.Nanoseconds / (double)CaptureDuration.NanosecondsPerSecond, TagsOf(latency.Server).Of(latency.Operation));
            }

            feed.Return(batch);
        }
    }

    private Tags TagsOf(Endpoint server)
    {
        if (!_servers.TryGetValue(server, out var tags))
        {
            if (_servers.Count >= options.MaxServers)
            {
                return _others;
            }

            tags = new Tags(server.AddressText());
            _servers.Add(server, tags);
        }

        return tags;
    }

    private sealed class Tags(string server)
    {
        private readonly KeyValuePair<string, object?>[][] _byOperation =
            [.. OperationNames.All.Select(operation => new KeyValuePair<string, object?>[] { new("operation", operation), new("server", server) })];

        public ReadOnlySpan<KeyValuePair<string, object?>> Of(Operation operation) => _byOperation[(int)operation];
    }
}
