using CaBridge.Analysis.Findings;

namespace CaBridge.Analysis;

/// <summary>Limits and timeouts of one <see cref="Analyzer"/>. All times are capture time.</summary>
public sealed record AnalyzerOptions
{
    /// <summary>How long an operation may stay without reply before it counts as timed out.</summary>
    public CaptureDuration Timeout { get; init; } = CaptureDuration.FromSeconds(30);

    /// <summary>Payload bytes kept of one message; the rest is counted, not held.</summary>
    public int PayloadLimitBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Whether a direction goes on being decoded after a segment that the capture's snap length cut. Off by default: what was cut away may
    /// have been requests, and the ids of what follows cannot be trusted.
    /// </summary>
    public bool ResumeAfterSnapLengthCut { get; init; }

    /// <summary>
    /// Whether packets come in the order of time: then an earlier one is an anomaly, and a lone one that is far earlier has a wrong time. Off
    /// where some come late, as from a <see cref="ChannelAccess.TrafficSelector"/> that held them until it knew what they were.
    /// </summary>
    public bool ExpectsTimeOrder { get; init; } = true;

    /// <summary>From when on something is told as a finding; null: nothing is looked for.</summary>
    public DiagnosisOptions? Diagnosis { get; init; }

    /// <summary>TCP connections held, circuits or not; the one that was silent the longest goes first.</summary>
    public int MaxCircuits { get; init; } = 32_768;

    /// <summary>Channels held, of all circuits.</summary>
    public int MaxChannels { get; init; } = 2_000_000;

    /// <summary>
    /// Unanswered operations held, of all circuits; those told as timed out count as long as a late reply would be known. Searches have their
    /// own bound, connects are bounded with <see cref="MaxCircuits"/>.
    /// </summary>
    public int MaxPending { get; init; } = 1_000_000;

    /// <summary>Subscriptions held, of all circuits, whether their first update has come or not.</summary>
    public int MaxSubscriptions { get; init; } = 2_000_000;

    /// <summary>Searches held, answered or not; those that were silent for ten minutes go by themselves.</summary>
    public int MaxSearches { get; init; } = 262_144;

    /// <summary>Channels between CREATE_CHAN and their first value held, of all circuits; of further ones no waterfall is told.</summary>
    public int MaxConnecting { get; init; } = 262_144;

    /// <summary>PV names held.</summary>
    public int MaxNames { get; init; } = 1_000_000;

    /// <summary>Datagrams whose IP fragments are awaited.</summary>
    public int MaxFragmentedDatagrams { get; init; } = 256;

    /// <summary>Bytes held per direction of a connection while an earlier segment is missing.</summary>
    public int MaxOutOfOrderBytes { get; init; } = 1024 * 1024;

    /// <summary>Memory for what all connections hold; beyond, those that were silent the longest give up what they wait for.</summary>
    public int MaxOutOfOrderMemoryBytes { get; init; } = 64 * 1024 * 1024;
}
