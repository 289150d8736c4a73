namespace CaBridge.Analysis.Statistics;

/// <summary>What latencies of one operation are told apart by.</summary>
public enum LatencyGrouping
{
    /// <summary>The server's host, without port: <c>10.44.0.21</c>.</summary>
    Server = 0,

    /// <summary>The client's host, without port.</summary>
    Client = 1,

    /// <summary>The PV's name.</summary>
    Pv = 2,

    /// <summary>Both ends with their ports: <c>10.44.0.11:54668 → 10.44.0.21:5064</c>.</summary>
    Circuit = 3,
}
