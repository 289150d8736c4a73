using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>The latencies of one operation on one PV.</summary>
/// <param name="Server">Who took <paramref name="Maximum"/>.</param>
/// <param name="Mean">Nanoseconds, as <paramref name="Maximum"/>.</param>
public readonly record struct SlowPv(PvName Pv, Operation Operation, Endpoint Server, long Count, double Mean, long Maximum);

/// <summary>Ranks PVs and operations by their longest latency.</summary>
/// <param name="maxPvs">PVs looked at; by their index, so the first of the recording. The latencies of further ones are counted only.</param>
public sealed class SlowestPvs(int maxPvs = 100_000)
{
    private readonly Cell[]?[] _cells = new Cell[]?[OperationNames.Count];

    /// <summary>Latencies of PVs beyond the bound.</summary>
    public long UnrankedCount { get; private set; }

    /// <summary>Takes what has a PV and a reply, answered or failed, and passes over the rest.</summary>
    /// <remarks>Allocates only while PVs are new.</remarks>
    public void Add(in Transaction transaction)
    {
        if (!transaction.HasReply || transaction.Pv is not { } pv)
        {
            return;
        }

        if ((uint)pv.Index >= (uint)maxPvs)
        {
            UnrankedCount++;
            return;
        }

        ref var cells = ref _cells[(int)transaction.Operation];
        if (cells is null || pv.Index >= cells.Length)
        {
            Array.Resize(ref cells, Math.Min(maxPvs, Math.Max(pv.Index + 1, (cells?.Length ?? 8) * 2)));
        }

        cells[pv.Index].Add(pv, transaction.Latency.GetValueOrDefault().Nanoseconds, transaction.Server);
    }

    /// <summary>At most <paramref name="count"/>, the slowest first; equal ones by name (ordinal), then by operation.</summary>
    public IReadOnlyList<SlowPv> Top(int count)
    {
        var slowest = new List<SlowPv>();
        for (var operation = 0; operation < _cells.Length; operation++)
        {
            foreach (ref readonly var cell in _cells[operation].AsSpan())
            {
                if (cell.Pv is not null)
                {
                    slowest.Add(new SlowPv(cell.Pv, (Operation)operation, cell.Server, cell.Count, cell.Sum / cell.Count, cell.Maximum));
                }
            }
        }

        slowest.Sort(BySlowness);
        return slowest.Count <= count ? slowest : slowest[..count];
    }

    private static int BySlowness(SlowPv left, SlowPv right)
    {
        var order = right.Maximum.CompareTo(left.Maximum);
        order = order != 0 ? order : string.CompareOrdinal(left.Pv.Text, right.Pv.Text);
        return order != 0 ? order : left.Operation.CompareTo(right.Operation);
    }

    private struct Cell
    {
        public PvName? Pv;
        public long Count;
        public double Sum;
        public long Maximum;
        public Endpoint Server;

        public void Add(PvName pv, long nanoseconds, in Endpoint server)
        {
            Sum += nanoseconds;
            if (Count++ == 0 || nanoseconds > Maximum)
            {
                (Pv, Maximum, Server) = (pv, nanoseconds, server);
            }
        }
    }
}
