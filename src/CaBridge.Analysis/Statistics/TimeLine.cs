using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>
/// What became of operations as time went on: a bounded number of buckets of equal width, by the time of the request. Where they do not suffice,
/// two become one, so that the width is always 1 ms times a power of two.
/// </summary>
public sealed class TimeLine
{
    public const int DefaultMaxBuckets = 240;

    private const long NarrowestNanoseconds = CaptureDuration.NanosecondsPerMillisecond;

    /// <summary>So many hold all of <see cref="CaptureTime"/> before the width does not fit any more.</summary>
    private const int FewestBuckets = 4;

    private readonly TimeLineBucket?[] _buckets;

    /// <summary>The number of the first bucket, counted from 1970 in buckets of this width: those of any width have the same borders.</summary>
    private long _first;

    /// <param name="maxBuckets">4 or more.</param>
    public TimeLine(int maxBuckets = DefaultMaxBuckets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBuckets, FewestBuckets);
        _buckets = new TimeLineBucket?[maxBuckets];
    }

    /// <summary>Buckets from the first that has something to the last.</summary>
    public int Count { get; private set; }

    public CaptureDuration Width { get; private set; } = new(NarrowestNanoseconds);

    /// <summary>Where the first bucket begins; of no meaning while there is none.</summary>
    public CaptureTime Start => StartOf(0);

    /// <summary>Where the last bucket ends.</summary>
    public CaptureTime End => StartOf(Count);

    /// <summary>From 0 to below <see cref="Count"/>; null where nothing was asked for. Valid until the next change.</summary>
    public TimeLineBucket? this[int index] => _buckets[index];

    /// <summary>Passes over replies without request.</summary>
    /// <remarks>Allocates for a bucket that is new, and as <see cref="LatencyHistogram.Add"/> says.</remarks>
    public void Add(in Transaction transaction)
    {
        if (transaction.Outcome != Outcome.NoRequest)
        {
            var place = PlaceOf(transaction.RequestedAt.UnixNanoseconds);
            (_buckets[place] ??= new TimeLineBucket()).Add(in transaction);
        }
    }

    /// <summary>Makes sure that a time is within, for what else happened.</summary>
    public void Cover(CaptureTime time) => PlaceOf(time.UnixNanoseconds);

    private static long NumberOf(long unixNanoseconds, long width)
    {
        var (number, rest) = Math.DivRem(unixNanoseconds, width);
        return rest < 0 ? number - 1 : number;
    }

    /// <summary>At the ends of what a capture's time can tell, a bucket is cut.</summary>
    private CaptureTime StartOf(int index) => new((long)Int128.Clamp((Int128)(_first + index) * Width.Nanoseconds, long.MinValue, long.MaxValue));

    private int PlaceOf(long unixNanoseconds)
    {
        while (true)
        {
            var number = NumberOf(unixNanoseconds, Width.Nanoseconds);
            if (Count == 0)
            {
                (_first, Count) = (number, 1);
                return 0;
            }

            var first = Math.Min(_first, number);
            var last = Math.Max(_first + Count - 1, number);
            if (last - first < _buckets.Length)
            {
                MakeRoom((int)(_first - first));
                (_first, Count) = (first, (int)(last - first) + 1);
                return (int)(number - first);
            }

            Widen();
        }
    }

    /// <summary>Before the first bucket.</summary>
    private void MakeRoom(int buckets)
    {
        if (buckets > 0)
        {
            Array.Copy(_buckets, 0, _buckets, buckets, Count);
            Array.Clear(_buckets, 0, buckets);
        }
    }

    private void Widen()
    {
        var first = _first >> 1;
        for (var i = 0; i < Count; i++)
        {
            var place = (int)(((_first + i) >> 1) - first);
            if (place < i && _buckets[i] is { } bucket)
            {
                _buckets[i] = null;
                if (_buckets[place] is { } into)
                {
                    into.Merge(bucket);
                }
                else
                {
                    _buckets[place] = bucket;
                }
            }
        }

        Count = (int)(((_first + Count - 1) >> 1) - first) + 1;
        _first = first;
        Width = new CaptureDuration(Width.Nanoseconds * 2);
    }
}
