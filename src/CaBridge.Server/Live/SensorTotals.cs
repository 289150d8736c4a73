using CaBridge.Server.Ingest;

namespace CaBridge.Server.Live;

/// <summary>What one sensor's sessions counted, together, since the server started: sums that only grow.</summary>
internal readonly record struct SensorTotals
{
    public long Batches { get; init; }

    public long BatchesMissing { get; init; }

    /// <summary>Packets and bytes that were taken in.</summary>
    public long Packets { get; init; }

    public long Bytes { get; init; }

    /// <summary>Frames that the agent's capture gave it.</summary>
    public long Frames { get; init; }

    public long DroppedByKernel { get; init; }

    public long DroppedByAgent { get; init; }

    public long Circuits { get; init; }

    public static SensorTotals Of(SensorSession session) => new()
    {
        Batches = session.Batches,
        BatchesMissing = session.BatchesMissing,
        Packets = session.Packets,
        Bytes = session.Bytes,
        Frames = (long)session.Counters.Frames,
        DroppedByKernel = (long)session.Counters.DroppedByKernel,
        DroppedByAgent = (long)session.Counters.DroppedByAgent,
        Circuits = session.Analyzer.Circuits,
    };

    public static SensorTotals operator +(SensorTotals one, SensorTotals other) => new()
    {
        Batches = one.Batches + other.Batches,
        BatchesMissing = one.BatchesMissing + other.BatchesMissing,
        Packets = one.Packets + other.Packets,
        Bytes = one.Bytes + other.Bytes,
        Frames = one.Frames + other.Frames,
        DroppedByKernel = one.DroppedByKernel + other.DroppedByKernel,
        DroppedByAgent = one.DroppedByAgent + other.DroppedByAgent,
        Circuits = one.Circuits + other.Circuits,
    };
}
