using CaBridge.Contracts.V1;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary>
/// <c>QueryLatency</c>. Where the filter names operations only, the buckets of time answer, or the whole run; else the operations that are kept
/// whole do, as far back as they reach.
/// </summary>
internal sealed class LatencyQuestion
{
    private const int MaxQuantiles = 32;
    private const int MaxGroups = 10_000;
    private static readonly double[] UsualQuantiles = [0.25, 0.50, 0.75, 0.95, 0.99];

    private readonly Grouping _grouping;
    private readonly OperationFilter _filter;
    private readonly double[] _quantiles;
    private readonly int _top;
    private readonly RangeQuestion _range;

    /// <exception cref="QuestionException">A field says what it may not.</exception>
    public LatencyQuestion(QueryLatencyRequest request)
    {
        _grouping = request.GroupBy == Grouping.Unspecified ? Grouping.Server : request.GroupBy;
        if (!Enum.IsDefined(_grouping))
        {
            throw new QuestionException($"group_by has a value that is not known: {request.GroupBy}");
        }

        _filter = new OperationFilter(request.Filter);
        _quantiles = request.Quantiles.Count == 0 ? UsualQuantiles : [.. request.Quantiles];
        if (_quantiles.Length > MaxQuantiles || _quantiles.Any(q => !(q >= 0 && q <= 1)))
        {
            throw new QuestionException($"quantiles must be at most {MaxQuantiles} numbers from 0 to 1");
        }

        if (request.Top is < 0 or > MaxGroups)
        {
            throw new QuestionException($"top must be 0 to {MaxGroups}; it is {request.Top}");
        }

        _top = request.Top == 0 ? MaxGroups : request.Top;
        _range = new RangeQuestion(request.Range);
    }

    /// <summary>Asked on the loop.</summary>
    public QueryLatencyResponse Answer(LiveState state)
    {
        _filter.DemandSensor(state);
        var answer = new LatencyAnswer(_grouping);
        if (!_filter.IsByOperationOnly)
        {
            AddRecent(state, answer);
        }
        else if (_range.IsWholeRun && _grouping == Grouping.Server)
        {
            answer.AddTable(state.Statistics.Total.Latency);
            answer.AddLedger(state.Statistics.Ledger);
            answer.Cover(state.Statistics.First, state.Statistics.Windows.Latest);
        }
        else
        {
            AddBuckets(state, answer);
        }

        return answer.ToResponse(_filter, _quantiles, _top);
    }

    private void AddBuckets(LiveState state, LatencyAnswer answer)
    {
        var (start, end) = _range.Resolve(state.Statistics.Windows.Latest);
        foreach (var bucket in state.Statistics.Windows.Within(start, end))
        {
            answer.AddBucket(bucket, state);
        }
    }

    private void AddRecent(LiveState state, LatencyAnswer answer)
    {
        var (start, end) = _range.Resolve(state.Statistics.Windows.Latest);
        var recent = state.Statistics.Recent;
        for (var number = recent.Start; number < recent.End; number++)
        {
            ref readonly var entry = ref recent[number];
            var at = entry.Transaction.CountedAt();
            var sensor = state.SensorAt(entry.Sensor).Name;
            if (at >= start && at < end && _filter.Matches(sensor, in entry.Transaction))
            {
                answer.Add(sensor, in entry.Transaction);
                answer.Cover(at, at);
            }
        }
    }
}
