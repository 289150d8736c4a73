using System.Runtime.CompilerServices;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Statistics;

/// <summary>The latencies of one operation on one PV at one server.</summary>
/// <param name="Mean">Nanoseconds, as <paramref name="Maximum"/>.</param>
public readonly record struct SlowPv(PvName Pv, Operation Operation, Endpoint Server, long Count, double Mean, long Maximum);

/// <summary>Ranks PVs, by operation and server, by their longest latency.</summary>
/// <remarks>
/// A PV has one server, as a rule: cells by its index, in pages made where they are needed. Where another server answers for it, as after a
/// move or with two servers of the same name, the cell is that one's, and a dictionary keeps what the cell held before.
/// </remarks>
/// <param name="maxPvs">PVs looked at; by their index, so the first of the recording. The latencies of further ones are counted only.</param>
public sealed class SlowestPvs(int maxPvs = SlowestPvs.DefaultMaxPvs)
{
    public const int DefaultMaxPvs = 1_000_000;

    /// <summary>Entries of PVs at a second server, or a third.</summary>
    private const int MaxOthers = 65_536;

    private const int OperationShift = 31;
    private const int ServerShift = 36;
    private const ulong OperationMask = (1 << (ServerShift - OperationShift)) - 1;

    /// <summary>In place of a server's number.</summary>
    private const int Unknown = -1;

    private const int PageBits = 10;
    private const int PageCells = 1 << PageBits;

    private readonly Page?[]?[] _pages = new Page?[]?[OperationNames.Count];
    private readonly Dictionary<ulong, Tally> _others = [];

    /// <summary>Servers are numbered; a key of <see cref="_others"/> has 28 bits for one.</summary>
    private readonly Dictionary<Endpoint, int> _serverNumbers = [];
    private readonly List<Endpoint> _servers = [];

    /// <summary>Of <see cref="_serverNumbers"/>, the one that was looked up last; before the first, of no server.</summary>
    private (Endpoint Server, int Number) _latest = (default, Unknown);

    /// <summary>Latencies beyond the bounds.</summary>
    public long UnrankedCount { get; private set; }

    /// <summary>Takes what has a PV and a reply, answered or failed, and passes over the rest.</summary>
    /// <remarks>Allocates only while PVs, or their servers, are new.</remarks>
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

        ref var tally = ref TallyOf(transaction.Operation, pv, transaction.Server, out var page);
        if (Unsafe.IsNullRef(ref tally))
        {
            UnrankedCount++;
            return;
        }

        tally.Add(pv, transaction.Latency.GetValueOrDefault().Nanoseconds);
        page.Maximum = Math.Max(page.Maximum, tally.Maximum);
    }

    /// <summary>Adds what another one knows, whose PVs have their indexes from the same source.</summary>
    public void Merge(SlowestPvs other)
    {
        ArgumentNullException.ThrowIfNull(other);
        UnrankedCount += other.UnrankedCount;
        for (var operation = 0; operation < _pages.Length; operation++)
        {
            foreach (var page in other._pages[operation] ?? [])
            {
                foreach (ref readonly var cell in (page?.Cells).AsSpan())
                {
                    Merge((Operation)operation, other._servers[cell.Server], in cell.Tally);
                }
            }
        }

        foreach (var (key, tally) in other._others)
        {
            Merge(OperationOf(key), other._servers[ServerOf(key)], in tally);
        }
    }

    /// <summary>At most <paramref name="count"/>, the slowest first; equal ones by name (ordinal), operation, and server.</summary>
    public IReadOnlyList<SlowPv> Top(int count)
    {
        if (count <= 0)
        {
            return [];
        }

        var slowest = new PriorityQueue<SlowPv, SlowPv>(Comparer<SlowPv>.Create((left, right) => BySlowness(right, left)));
        var pages = _pages.Index().SelectMany(of => (of.Item ?? []).OfType<Page>().Select(page => (Operation: (Operation)of.Index, Page: page)));
        foreach (var (operation, page) in pages.OrderByDescending(entry => entry.Page.Maximum))
        {
            if (slowest.Count == count && page.Maximum < slowest.Peek().Maximum)
            {
                break;
            }

            foreach (ref readonly var cell in page.Cells.AsSpan())
            {
                Rank(slowest, count, operation, _servers[cell.Server], cell.Tally);
            }
        }

        foreach (var (key, tally) in _others)
        {
            Rank(slowest, count, OperationOf(key), _servers[ServerOf(key)], tally);
        }

        var ranked = new SlowPv[slowest.Count];
        for (var at = ranked.Length - 1; at >= 0; at--)
        {
            ranked[at] = slowest.Dequeue();
        }

        return ranked;
    }

    /// <summary>Keeps the slowest so many: the queue gives up the fastest of them first.</summary>
    private static void Rank(PriorityQueue<SlowPv, SlowPv> slowest, int count, Operation operation, Endpoint server, in Tally tally)
    {
        if (tally.Pv is null)
        {
            return;
        }

        var pv = new SlowPv(tally.Pv, operation, server, tally.Count, tally.Sum / tally.Count, tally.Maximum);
        if (slowest.Count < count)
        {
            slowest.Enqueue(pv, pv);
        }
        else if (BySlowness(pv, slowest.Peek()) < 0)
        {
            slowest.DequeueEnqueue(pv, pv);
        }
    }

    private static int BySlowness(SlowPv left, SlowPv right)
    {
        var order = right.Maximum.CompareTo(left.Maximum);
        order = order != 0 ? order : string.CompareOrdinal(left.Pv.Text, right.Pv.Text);
        order = order != 0 ? order : left.Operation.CompareTo(right.Operation);
        return order != 0 ? order : (left.Server.Address, left.Server.Port).CompareTo((right.Server.Address, right.Server.Port));
    }

    private static ulong KeyOf(Operation operation, int index, int server) =>
        ((ulong)server << ServerShift) | ((ulong)operation << OperationShift) | (uint)index;

    private static Operation OperationOf(ulong key) => (Operation)((key >> OperationShift) & OperationMask);

    private static int ServerOf(ulong key) => (int)(key >> ServerShift);

    private void Merge(Operation operation, Endpoint server, in Tally other)
    {
        if (other.Pv is not { } pv)
        {
            return;
        }

        ref var tally = ref TallyOf(operation, pv, server, out var page);
        if (Unsafe.IsNullRef(ref tally))
        {
            UnrankedCount += other.Count;
            return;
        }

        tally.Merge(in other);
        page.Maximum = Math.Max(page.Maximum, tally.Maximum);
    }

    /// <summary>The entry of a server's PV, in the PV's cell; a null reference where there is no room.</summary>
    private ref Tally TallyOf(Operation operation, PvName pv, Endpoint server, out Page page)
    {
        page = PageOf(operation, pv.Index);
        ref var cell = ref page.Cells[pv.Index & (PageCells - 1)];
        var isEmpty = cell.Tally.Pv is null;
        var number = FindNumber(server);
        if (!isEmpty && cell.Server == number)
        {
            return ref cell.Tally;
        }

        if (!isEmpty)
        {
            // that of the server before makes room for this one's
            if (!_others.Remove(KeyOf(operation, pv.Index, number), out var tally) && _others.Count >= MaxOthers)
            {
                return ref Unsafe.NullRef<Tally>();
            }

            _others.Add(KeyOf(operation, pv.Index, cell.Server), cell.Tally);
            cell.Tally = tally;
        }

        cell.Server = number == Unknown ? Number(server) : number;
        return ref cell.Tally;
    }

    /// <summary><see cref="Unknown"/> for one that has none. Replies of a server come many in a row.</summary>
    private int FindNumber(Endpoint server)
    {
        if (_latest.Number == Unknown || server != _latest.Server)
        {
            if (!_serverNumbers.TryGetValue(server, out var number))
            {
                return Unknown;
            }

            _latest = (server, number);
        }

        return _latest.Number;
    }

    private int Number(Endpoint server)
    {
        var number = _servers.Count;
        _servers.Add(server);
        _serverNumbers.Add(server, number);
        _latest = (server, number);
        return number;
    }

    private Page PageOf(Operation operation, int index)
    {
        ref var pages = ref _pages[(int)operation];
        var page = index >> PageBits;
        if (pages is null || page >= pages.Length)
        {
            Array.Resize(ref pages, Math.Max(page + 1, (pages?.Length ?? 2) * 2));
        }

        return pages[page] ??= new Page();
    }

    private sealed class Page
    {
        public Cell[] Cells { get; } = new Cell[PageCells];

        /// <summary>The longest latency in it: most pages have none of the slowest, and need not be looked at.</summary>
        public long Maximum { get; set; }
    }

    private struct Cell
    {
        public Tally Tally;
        public int Server;
    }

    private struct Tally
    {
        public PvName? Pv;
        public long Count;
        public double Sum;
        public long Maximum;

        public void Add(PvName pv, long nanoseconds)
        {
            Pv = pv;
            Count++;
            Sum += nanoseconds;
            Maximum = Math.Max(Maximum, nanoseconds);
        }

        public void Merge(in Tally other)
        {
            Pv = other.Pv;
            Count += other.Count;
            Sum += other.Sum;
            Maximum = Math.Max(Maximum, other.Maximum);
        }
    }
}
