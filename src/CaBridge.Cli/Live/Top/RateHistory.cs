using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Live.Top;

/// <summary>Operations a second, from counts that grow: one value an interval.</summary>
/// <param name="interval">How often counts come; those that come sooner wait.</param>
internal sealed class RateHistory(TimeSpan interval)
{
    /// <summary>More than any terminal has columns.</summary>
    private const int MaxValues = 512;

    private readonly List<double[]> _rates = [];
    private IReadOnlyList<long>? _last;
    private TimeSpan _lastAt;

    /// <param name="at">Of a clock that never goes back.</param>
    /// <param name="ended">Counts by operation; where they are smaller than before they began anew, as a server's that was restarted.</param>
    public void Add(TimeSpan at, IReadOnlyList<long> ended)
    {
        // an answer that is asked for by a key comes between those of the clock, which may be a little early, too
        var elapsed = at - _lastAt;
        if (_last is not null && elapsed < interval * 0.8)
        {
            return;
        }

        if (_last is { } last)
        {
            _rates.Add([.. ended.Zip(last, (now, before) => (now < before ? now : now - before) / elapsed.TotalSeconds)]);
            if (_rates.Count > MaxValues)
            {
                _rates.RemoveAt(0);
            }
        }

        (_last, _lastAt) = (ended, at);
    }

    /// <param name="operation">Null for all.</param>
    /// <returns>The oldest first.</returns>
    public IReadOnlyList<double> Of(Operation? operation) =>
        [.. _rates.Select(rates => operation is { } one ? rates[(int)one] : rates.Sum())];
}
