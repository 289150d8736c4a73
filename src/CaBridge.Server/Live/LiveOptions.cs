using CaBridge.Analysis.Statistics;

namespace CaBridge.Server.Live;

/// <summary>Limits of what the server takes in and keeps in memory; section <c>CaBridge:Live</c> of the configuration.</summary>
internal sealed record LiveOptions
{
    /// <summary>Batches that wait for the loop; beyond them agents wait.</summary>
    public int MaxBatchesWaiting { get; init; } = 32;

    /// <summary>Questions that wait for the loop; beyond them who asks waits.</summary>
    public int MaxQuestionsWaiting { get; init; } = 1024;

    /// <summary>Sessions of agents held, connected or not; beyond them one that is over goes first, then the one silent the longest.</summary>
    public int MaxSessions { get; init; } = 4096;

    /// <summary>Sensors since the server started: what they saw is kept.</summary>
    public int MaxSensors { get; init; } = 4096;

    /// <summary>Bytes of one batch.</summary>
    public int MaxBatchBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Packets of one batch.</summary>
    public int MaxBatchPackets { get; init; } = 262_144;

    /// <summary>Batches that wait for one viewer; what comes beyond them is lost to it.</summary>
    public int MaxBatchesPerViewer { get; init; } = 64;

    /// <summary>Viewers and watchers at once.</summary>
    public int MaxViewers { get; init; } = 256;

    /// <summary>Operations that wait for one watcher; what comes beyond them is lost to it.</summary>
    public int MaxTransactionsPerWatcher { get; init; } = 100_000;

    /// <summary>Operations that ended, kept whole for lists and questions with several filters.</summary>
    public int MaxTransactions { get; init; } = 200_000;

    /// <summary>Circuits, and clients that search, of which is known which sensor's view counts.</summary>
    public int MaxCircuits { get; init; } = 262_144;

    /// <summary>Servers, and clients, of which is known what they had part in; beyond them the one that was silent the longest goes.</summary>
    public int MaxHosts { get; init; } = 16_384;

    /// <summary>Names that are searched, by client; beyond them the one that was searched the longest ago goes. A page of the list looks at all.</summary>
    public int MaxSearchedNames { get; init; } = 32_768;

    /// <summary>Groups of latencies in one bucket of time, for each way of grouping; further ones count as "(other)".</summary>
    public int MaxGroupsPerBucket { get; init; } = 2_000;

    /// <summary>Groups of latencies in all buckets of time; when there are more, the oldest buckets go.</summary>
    public int MaxGroups { get; init; } = 500_000;

    /// <summary>Operations without reply that are kept whole since the start, of each sensor.</summary>
    public int MaxUnanswered { get; init; } = 10_000;

    /// <summary>Limits of the latencies since the start, of each sensor.</summary>
    public LatencyTableOptions Latency { get; init; } = new();

    /// <summary>A session that brings nothing for so long is over.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromHours(1);
}
