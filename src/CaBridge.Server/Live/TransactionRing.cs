using CaBridge.Analysis.Transactions;

namespace CaBridge.Server.Live;

/// <summary>The operations that ended last, whole; the oldest go first.</summary>
/// <param name="capacity">How many are kept, at least 1.</param>
internal sealed class TransactionRing(int capacity)
{
    private const int PageBits = 12;
    private const int PageSize = 1 << PageBits;

    // pages, as one array of the whole capacity would be paid for before it is needed
    private readonly Entry[]?[] _pages = new Entry[]?[(capacity + PageSize - 1) >> PageBits];

    /// <summary>All that ever ended; the number of the next one.</summary>
    public long End { get; private set; }

    /// <summary>The number of the oldest one that is kept.</summary>
    public long Start => Math.Max(0, End - capacity);

    /// <param name="number">From <see cref="Start"/> to below <see cref="End"/>.</param>
    public ref readonly Entry this[long number] => ref At(number);

    public void Add(int sensor, in Transaction transaction)
    {
        ref var entry = ref At(End++);
        entry.Sensor = sensor;
        entry.Transaction = transaction;
    }

    private ref Entry At(long number)
    {
        var place = (int)(number % capacity);
        var page = _pages[place >> PageBits] ??= new Entry[PageSize];
        return ref page[place & (PageSize - 1)];
    }

    internal struct Entry
    {
        public int Sensor;
        public Transaction Transaction;
    }
}
