using System.Globalization;
using CaBridge.Server.Live;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CaBridge.Server.Metrics;

/// <summary>The server is well while its loop answers.</summary>
internal sealed class LoopHealth(LiveLoop loop, LoopReadings readings) : IHealthCheck
{
    /// <summary>How long the loop may owe an answer; the longest question takes far less.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        loop.ExecuteTask is { IsCompleted: true }
            ? HealthCheckResult.Unhealthy("the analysis has ended")
            : readings.Waiting is var waiting && waiting >= Patience
                ? HealthCheckResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"the analysis has not answered for {waiting.TotalSeconds:F0} s"))
                : HealthCheckResult.Healthy());
}
