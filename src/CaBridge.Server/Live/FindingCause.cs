using CaBridge.Analysis;
using CaBridge.Analysis.Findings;

namespace CaBridge.Server.Live;

/// <summary>One cause, whoever sees it; told as one sensor has it.</summary>
/// <param name="sensor">The one that tells it.</param>
internal sealed class FindingCause(Finding finding, int sensor)
{
    /// <summary>Clocks of sensors differ, and each sees the first sign at a time of its own.</summary>
    private static readonly CaptureDuration AtOnce = CaptureDuration.FromSeconds(10);

    /// <summary>What those who watch know it by: that of the sensor that told it first.</summary>
    public string Key { get; } = finding.Key;

    public Finding Finding { get; private set; } = finding;

    public int Sensor { get; private set; } = sensor;

    /// <summary>The key by which each sensor has it that sees it.</summary>
    public Dictionary<int, string> Views { get; } = [];

    /// <param name="told">As the sensor has it.</param>
    public void Set(Finding told, int sensor) =>
        (Finding, Sensor) = (string.Equals(told.Key, Key, StringComparison.Ordinal) ? told : told with { Key = Key }, sensor);

    /// <summary>Whether a finding of another sensor is this one, though its key says when it began: restarts of one server, storms of the same clients.</summary>
    public bool IsAlso(Finding other) =>
        other.Kind == Finding.Kind
        && Math.Abs((other.First - Finding.First).Nanoseconds) <= AtOnce.Nanoseconds
        && other.Kind switch
        {
            FindingKind.ServerRestart => other.Servers.Intersect(Finding.Servers).Any(),
            FindingKind.SearchStorm => other.Clients.Intersect(Finding.Clients).Any(),
            _ => false,
        };
}
