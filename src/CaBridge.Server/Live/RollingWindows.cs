using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

/// <summary>
/// Buckets of 10 s for an hour, and of a minute for a day, by the time at which an operation ended. When all of them hold too many groups the
/// oldest buckets go earlier: the answer to a question tells how far back it reaches.
/// </summary>
/// <param name="maxGroupsPerBucket">Of each grouping; further ones count as "(other)".</param>
/// <param name="maxGroups">Of all buckets.</param>
internal sealed class RollingWindows(int maxGroupsPerBucket, int maxGroups)
{
    private static readonly CaptureDuration FineLength = CaptureDuration.FromSeconds(10);
    private static readonly CaptureDuration CoarseLength = CaptureDuration.FromSeconds(60);
    private static readonly CaptureDuration FineMemory = CaptureDuration.FromSeconds(3600);
    private static readonly CaptureDuration CoarseMemory = CaptureDuration.FromSeconds(86_400);

    private readonly SortedList<long, LatencyBucket> _fine = [];
    private readonly SortedList<long, LatencyBucket> _coarse = [];
    private LatencyBucket? _last;
    private CaptureTime _latest = new(long.MinValue);
    private int _closedGroups;

    /// <summary>Latest end of an operation, or time that a sensor told; null before the first.</summary>
    public CaptureTime? Latest => _latest.UnixNanoseconds == long.MinValue ? null : _latest;

    /// <summary>Operations that ended before what is kept, as where a sensor's clock is far behind.</summary>
    public long TooLate { get; private set; }

    /// <summary>Buckets that went before their time because all together had too many groups.</summary>
    public long Evicted { get; private set; }

    public void Add(int sensor, in Transaction transaction, CaptureTime endedAt)
    {
        if (_last is null || endedAt < _last.Start || endedAt >= _last.End)
        {
            if (Latest is { } latest && latest - endedAt > FineMemory)
            {
                TooLate++;
                return;
            }

            _last = BucketAt(_fine, endedAt, FineLength);
            Age();
        }

        _last.Add(sensor, in transaction);
        _latest = endedAt > _latest ? endedAt : _latest;
    }

    /// <summary>The buckets that lie in a range of time, finer ones where there are, in order.</summary>
    public IEnumerable<LatencyBucket> Within(CaptureTime start, CaptureTime end)
    {
        var fineFrom = _fine.Count > 0 ? _fine.Values[0].Start : new CaptureTime(long.MaxValue);
        foreach (var bucket in _coarse.Values)
        {
            if (bucket.End > start && bucket.Start < end && bucket.Start < fineFrom)
            {
                yield return bucket;
            }
        }

        foreach (var bucket in _fine.Values)
        {
            if (bucket.End > start && bucket.Start < end)
            {
                yield return bucket;
            }
        }
    }

    private static CaptureTime FloorOf(CaptureTime time, CaptureDuration length) =>
        new(time.UnixNanoseconds - (((time.UnixNanoseconds % length.Nanoseconds) + length.Nanoseconds) % length.Nanoseconds));

    private LatencyBucket BucketAt(SortedList<long, LatencyBucket> buckets, CaptureTime time, CaptureDuration length)
    {
        var start = FloorOf(time, length);
        if (!buckets.TryGetValue(start.UnixNanoseconds, out var bucket))
        {
            bucket = new LatencyBucket(start, length, maxGroupsPerBucket);
            buckets.Add(start.UnixNanoseconds, bucket);
        }

        return bucket;
    }

    /// <summary>Fine buckets that are an hour old become part of coarse ones; coarse ones of a day ago go.</summary>
    private void Age()
    {
        while (_fine.Count > 1 && (_latest - _fine.Values[0].End > FineMemory || Groups() > maxGroups))
        {
            var oldest = _fine.Values[0];
            _fine.RemoveAt(0);
            var coarse = BucketAt(_coarse, oldest.Start, CoarseLength);
            var before = coarse.GroupCount;
            coarse.Merge(oldest);
            _closedGroups += coarse.GroupCount - before;
        }

        while (_coarse.Count > 0 && (_latest - _coarse.Values[0].End > CoarseMemory || Groups() > maxGroups))
        {
            Evicted += _latest - _coarse.Values[0].End > CoarseMemory ? 0 : 1;
            _closedGroups -= _coarse.Values[0].GroupCount;
            _coarse.RemoveAt(0);
        }
    }

    private int Groups() => _closedGroups + _fine.Values.Sum(bucket => bucket.GroupCount);
}
