using CaBridge.Analysis.Findings;

namespace CaBridge.Server.Live;

/// <summary>What is looked for in what sensors capture; section <c>CaBridge:Findings</c> of the configuration.</summary>
internal sealed record FindingOptions
{
    /// <summary>Whether anything is looked for.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Findings of one kind that are told apart in one session; further ones are counted together.</summary>
    public int MaxPerKind { get; init; } = 500;

    /// <summary>Findings of all sensors kept; beyond them those go that are over, that which was seen the longest ago first.</summary>
    public int MaxFindings { get; init; } = 10_000;

    /// <summary>Findings of sessions that are over kept, of each sensor, likewise.</summary>
    public int MaxPastFindingsPerSensor { get; init; } = 1_000;

    /// <summary>In the configuration each by the name that <see cref="DiagnosisThreshold"/> gives it, as <c>CaBridge:Findings:slow-create</c>.</summary>
    public DiagnosisOptions Thresholds { get; init; } = new();

    /// <summary>Null where nothing is looked for.</summary>
    public DiagnosisOptions? Diagnosis => Enabled ? Thresholds with { MaxFindingsPerKind = MaxPerKind } : null;
}
