namespace CaBridge.Server.Metrics;

/// <summary>How many series <c>/metrics</c> may have; section <c>CaBridge:Metrics</c> of the configuration.</summary>
internal sealed record MetricsOptions
{
    /// <summary>Servers that latencies are told apart by, in the order in which they came; further ones count as "other".</summary>
    public int MaxServers { get; init; } = 100;

    /// <summary>Sensors told apart, in the order in which they came; further ones count as "other".</summary>
    public int MaxSensors { get; init; } = 1000;
}
