using CaBridge.Analysis.State;

namespace CaBridge.Analysis;

/// <summary>Counts anomalies by kind and remembers where each was first seen.</summary>
public sealed class AnomalyLog
{
    private readonly AnomalyCount[] _counts = new AnomalyCount[(int)AnomalyKind.TableEvicted + 1];

    /// <param name="kind">What happened.</param>
    /// <param name="frame">Where; 0 if no frame tells.</param>
    /// <param name="bytes">Bytes passed over or missing on its account.</param>
    public void Add(AnomalyKind kind, long frame, long bytes = 0)
    {
        ref var count = ref _counts[(int)kind];
        count = new AnomalyCount(kind, count.Count + 1, count.Count == 0 ? frame : count.FirstFrame, count.Bytes + bytes);
    }

    /// <summary>More bytes on account of what was counted before.</summary>
    public void AddBytes(AnomalyKind kind, long bytes)
    {
        ref var count = ref _counts[(int)kind];
        count = count with { Bytes = count.Bytes + bytes };
    }

    /// <summary>The kinds that were seen, in the order of <see cref="AnomalyKind"/>.</summary>
    public IReadOnlyList<AnomalyCount> Snapshot() => [.. _counts.Where(count => count.Count > 0)];

    internal void Keep(StateArchive archive) => archive.Values<AnomalyCount>(_counts);
}
