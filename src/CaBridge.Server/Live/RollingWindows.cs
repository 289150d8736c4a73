using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

/// <summary>
/// Buckets of 10 s for an hour, and of a minute for a day, by the time at which an operation ended. When all of them hold too many groups the
/// oldest buckets go earlier: the answer to a question tells how far back it reaches.
/// </summary>
/// <param name="maxGroupsPerBucket">Of each grouping; further ones count as "(other)".</param>
/// <param name="maxGroups">Of all buckets.</param>
/// <param name="clock">Against which clocks of sensors are seen to be wrong.</param>
internal sealed class RollingWindows(int maxGroupsPerBucket, int maxGroups, TimeProvider clock)
{
    /// <summary>A sensor's clock may be ahead of the server's by so much; one that is further ahead is not believed beside one that is not.</summary>
    private static readonly CaptureDuration Ahead = CaptureDuration.FromSeconds(1800);

    private static readonly CaptureDuration FineLength = CaptureDuration.FromSeconds(10);
    private static readonly CaptureDuration CoarseLength = CaptureDuration.FromSeconds(60);
    private static readonly CaptureDuration FineMemory = CaptureDuration.FromSeconds(3600);
    private static readonly CaptureDuration CoarseMemory = CaptureDuration.FromSeconds(86_400);

    private readonly SortedList<long, LatencyBucket> _fine = [];
    private readonly SortedList<long, LatencyBucket> _coarse = [];
    private LatencyBucket? _last;
    private CaptureTime? _latest;

    /// <summary>As <see cref="_latest"/>, of sensors whose clock is ahead.</summary>
    private CaptureTime? _latestAhead;

    /// <summary>Where the coarse buckets end: what ended before is counted there, however late it comes.</summary>
    private CaptureTime _border = new(long.MinValue);

    /// <summary>
    /// Latest end of an operation; null before the first. Those from beyond the server's present count only where there are no others, as when
    /// the server's own clock is wrong.
    /// </summary>
    public CaptureTime? Latest => _latest ?? _latestAhead;

    /// <summary>Operations that are in no bucket because their sensor's clock is ahead, and others' are not.</summary>
    public long TooEarly { get; private set; }

    /// <summary>Operations that ended before what is kept, as where a sensor's clock is far behind.</summary>
    public long TooLate { get; private set; }

    /// <summary>Buckets that went before their time because all together had too many groups.</summary>
    public long Evicted { get; private set; }

    public void Add(int sensor, in Transaction transaction, CaptureTime endedAt)
    {
        if (_last is null || endedAt < _last.Start || endedAt >= _last.End)
        {
            var isAhead = IsAhead(endedAt);
            if (isAhead && _latest is not null)
            {
                TooEarly++;
                return;
            }

            var latest = (isAhead ? _latestAhead : _latest) is { } known && known > endedAt ? known : endedAt;
            if (latest - endedAt > FineMemory)
            {
                TooLate++;
                return;
            }

            _last = Find(endedAt) ?? Make(endedAt, latest);
        }

        _last.Add(sensor, in transaction);
        if (endedAt > Latest.GetValueOrDefault(new CaptureTime(long.MinValue)) || _latest is null)
        {
            Note(endedAt);
        }
    }

    /// <summary>The buckets that lie in a range of time, finer ones where there are, in order.</summary>
    public IEnumerable<LatencyBucket> Within(CaptureTime start, CaptureTime end)
    {
        foreach (var bucket in _coarse.Values.Concat(_fine.Values))
        {
            if (bucket.End > start && bucket.Start < end)
            {
                yield return bucket;
            }
        }
    }

    private static CaptureTime FloorOf(CaptureTime time, CaptureDuration length) =>
        new(time.UnixNanoseconds - (((time.UnixNanoseconds % length.Nanoseconds) + length.Nanoseconds) % length.Nanoseconds));

    private bool IsAhead(CaptureTime time) =>
        time > new CaptureTime((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) + Ahead;

    private void Note(CaptureTime endedAt)
    {
        ref var latest = ref IsAhead(endedAt) ? ref _latestAhead : ref _latest;
        latest = latest is { } known && known > endedAt ? known : endedAt;
    }

    private LatencyBucket? Find(CaptureTime endedAt) => endedAt < _border
        ? _coarse.GetValueOrDefault(FloorOf(endedAt, CoarseLength).UnixNanoseconds)
        : _fine.GetValueOrDefault(FloorOf(endedAt, FineLength).UnixNanoseconds);

    private LatencyBucket Make(CaptureTime endedAt, CaptureTime latest)
    {
        // first, as it may move the border
        Age(latest);
        return endedAt < _border ? BucketAt(_coarse, endedAt, CoarseLength) : BucketAt(_fine, endedAt, FineLength);
    }

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
    private void Age(CaptureTime latest)
    {
        var groups = _fine.Values.Concat(_coarse.Values).Sum(bucket => bucket.GroupCount);
        while (_fine.Count > 0 && (latest - _fine.Values[0].End > FineMemory || groups > maxGroups))
        {
            var oldest = _fine.Values[0];
            _fine.RemoveAt(0);
            _border = oldest.End;
            var coarse = BucketAt(_coarse, oldest.Start, CoarseLength);
            groups -= oldest.GroupCount + coarse.GroupCount;
            coarse.Merge(oldest);
            groups += coarse.GroupCount;
        }

        while (_coarse.Count > 0 && (latest - _coarse.Values[0].End > CoarseMemory || groups > maxGroups))
        {
            Evicted += latest - _coarse.Values[0].End > CoarseMemory ? 0 : 1;
            groups -= _coarse.Values[0].GroupCount;
            _coarse.RemoveAt(0);
        }
    }
}
