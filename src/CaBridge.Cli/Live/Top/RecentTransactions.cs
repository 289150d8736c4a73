using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Live.Top;

/// <summary>The operations that ended in the last so long, as far as there is room, and what is asked of them.</summary>
/// <param name="window">How far back it reaches.</param>
/// <param name="maxCount">How many are kept; where more end in that time it reaches less far back.</param>
internal sealed class RecentTransactions(CaptureDuration window, int maxCount)
{
    /// <summary>As a server's answers have it.</summary>
    private const int MaxPvs = 1000;
    private const int MaxUnanswered = 50;

    private readonly Queue<(CaptureTime EndedAt, Transaction Transaction)> _recent = new();
    private readonly long[] _ended = new long[OperationNames.Count];
    private CaptureTime? _begin;

    /// <param name="now">When it was told, which is when it was known: not before its end.</param>
    public void Add(in Transaction transaction, CaptureTime now)
    {
        if (transaction.Outcome == Outcome.NoRequest)
        {
            return;
        }

        _begin ??= now;
        _ended[(int)transaction.Operation]++;
        if (_recent.Count == maxCount)
        {
            _begin = _recent.Dequeue().EndedAt;
        }

        _recent.Enqueue((now, transaction));
    }

    /// <param name="now">What the window ends at.</param>
    public TopSnapshot Answer(TopQuestion question, TopIntake intake, CaptureTime now)
    {
        while (_recent.TryPeek(out var oldest) && now - oldest.EndedAt > window)
        {
            _recent.Dequeue();
        }

        var glob = question.Pv.Length == 0 ? null : PvGlob.Parse(question.Pv);
        var sums = new Sums();
        foreach (var (_, transaction) in _recent)
        {
            if ((question.Operation is not { } wanted || wanted == transaction.Operation)
                && (glob is null || (transaction.Pv is { } pv && glob.IsMatch(pv.Text))))
            {
                sums.Add(in transaction);
            }
        }

        var span = _begin is { } begin ? now - begin : default;
        return new TopSnapshot
        {
            Intake = intake,
            Latest = now,
            Span = span < window ? span : window,
            Accounts = sums.Ledger.Accounts(),
            ByOperation = [.. sums.Operations.Index().Where(item => item.Item is not null).Select(item => new LatencyRow((Operation)item.Index, Key: null, item.Item!.Summary()))],
            ByServer = sums.Servers.Rows(),
            ByPv = [.. sums.Pvs.Groups().OrderByDescending(group => group.Latency.Maximum).Take(MaxPvs).Select(group => new LatencyRow(group.Operation, group.Key, group.Latency.Summary()))],
            Unanswered = [.. sums.Unanswered],
            Ended = [.. _ended],
        };
    }

    private sealed class Sums
    {
        private readonly LinkedList<Transaction> _unanswered = [];

        public OperationLedger Ledger { get; } = new();

        public LatencyDistribution?[] Operations { get; } = new LatencyDistribution?[OperationNames.Count];

        public LatencyTable Servers { get; } = new(LatencyGrouping.Server);

        public LatencyTable Pvs { get; } = new(LatencyGrouping.Pv);

        public IEnumerable<Transaction> Unanswered => _unanswered;

        public void Add(in Transaction transaction)
        {
            Ledger.Add(in transaction);
            if (transaction.HasReply)
            {
                (Operations[(int)transaction.Operation] ??= new LatencyDistribution()).Add(transaction.Latency.GetValueOrDefault().Nanoseconds);
                Servers.Add(in transaction);
                Pvs.Add(in transaction);
                return;
            }

            _unanswered.AddFirst(transaction);
            if (_unanswered.Count > MaxUnanswered)
            {
                _unanswered.RemoveLast();
            }
        }
    }
}
