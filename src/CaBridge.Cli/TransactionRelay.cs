using System.Collections.Concurrent;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli;

/// <summary>
/// Hands operations over to a handler on a thread of its own, in their order and by the batch, so that what it does with them takes the analyzer no time
/// where there is a second processor. At most <see cref="Batches"/> batches behind: then the analyzer waits.
/// </summary>
internal sealed class TransactionRelay : IDisposable
{
    private const int Batches = 3;

    /// <summary>Many: to wake a thread costs as much as the statistics of a hundred operations.</summary>
    private const int BatchSize = 4096;

    private readonly TransactionHandler _handler;
    private readonly BlockingCollection<Batch> _full = new(Batches);
    private readonly BlockingCollection<Batch> _free = new(Batches);
    private readonly Task _handling;
    private Batch _current = new();

    public TransactionRelay(TransactionHandler handler)
    {
        _handler = handler;
        for (var i = 1; i < Batches; i++)
        {
            _free.Add(new Batch());
        }

        _handling = Task.Factory.StartNew(Handle, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>One thread at a time.</summary>
    public void Add(in Transaction transaction)
    {
        _current.Items[_current.Count++] = transaction;
        if (_current.Count == BatchSize)
        {
            _full.Add(_current);
            _current = _free.Take();
        }
    }

    /// <summary>Returns once the handler has had all. Throws what the handler threw; it got nothing after that.</summary>
    public void Complete()
    {
        _full.Add(_current);
        _full.CompleteAdding();
        _handling.GetAwaiter().GetResult();
    }

    /// <summary>Ends the thread; without <see cref="Complete"/> before, the last batch is lost.</summary>
    public void Dispose() => _full.CompleteAdding();

    private void Handle()
    {
        try
        {
            foreach (var batch in _full.GetConsumingEnumerable())
            {
                foreach (ref readonly var transaction in batch.Items.AsSpan(0, batch.Count))
                {
                    _handler(in transaction);
                }

                GiveBack(batch);
            }
        }
        finally
        {
            // nothing is left but where the handler threw: who adds must not wait for ever then
            foreach (var batch in _full.GetConsumingEnumerable())
            {
                GiveBack(batch);
            }
        }
    }

    private void GiveBack(Batch batch)
    {
        batch.Count = 0;
        _free.Add(batch);
    }

    private sealed class Batch
    {
        public Transaction[] Items { get; } = new Transaction[BatchSize];

        public int Count { get; set; }
    }
}
