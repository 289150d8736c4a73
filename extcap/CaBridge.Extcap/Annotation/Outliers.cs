using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Extcap.Annotation;

/// <summary>
/// Tells replies that took far longer than others of the same operation and server: ten times their median, and a millisecond at least, once there
/// were twenty. The median is of all before; a tenth of them may come before it is taken anew.
/// </summary>
internal sealed class Outliers
{
    private const int MaxGroups = 4096;
    private const int LeastCount = 20;
    private const double Factor = 10;
    private const double LeastNanoseconds = CaptureDuration.NanosecondsPerMillisecond;

    private readonly Dictionary<(Operation, Endpoint), Group> _groups = [];

    /// <returns>How many medians the latency is where it is an outlier; else null.</returns>
    public double? Judge(in Transaction transaction)
    {
        if (transaction.Latency is not { } latency || Find(transaction) is not { } group)
        {
            return null;
        }

        var times = latency.Nanoseconds / group.MedianNanoseconds;
        var isOutlier = group.Latencies.Count >= LeastCount && times >= Factor && latency.Nanoseconds >= LeastNanoseconds;
        group.Add(latency.Nanoseconds);
        return isOutlier ? times : null;
    }

    /// <returns>Null where there are too many already.</returns>
    private Group? Find(in Transaction transaction)
    {
        var key = (transaction.Operation, transaction.Server);
        if (!_groups.TryGetValue(key, out var group) && _groups.Count < MaxGroups)
        {
            group = new Group();
            _groups.Add(key, group);
        }

        return group;
    }

    private sealed class Group
    {
        private long _nextAt = 1;

        public LatencyHistogram Latencies { get; } = new();

        public double MedianNanoseconds { get; private set; } = double.NaN;

        public void Add(long nanoseconds)
        {
            Latencies.Add(nanoseconds);
            if (Latencies.Count >= _nextAt)
            {
                MedianNanoseconds = Math.Max(1, Latencies.Quantile(0.5));
                _nextAt = Latencies.Count + Math.Max(1, Latencies.Count / 10);
            }
        }
    }
}
