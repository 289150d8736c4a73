namespace CaBridge.Agent;

/// <summary>
/// Batches that the server has not acknowledged yet, in the order of their numbers: in memory, and on disk where they are too many. When both
/// are full, or the disk fails, the oldest go that were never sent: of the others the server may have some, and they are few, as it takes no more before
/// it acknowledges. A batch without packets, as the last one, never goes. Thread-safe.
/// </summary>
public sealed class Spool : IDisposable
{
    private readonly SpoolOptions _options;
    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _entries = [];
    private readonly SpoolFiles? _files;
    private LinkedListNode<Entry>? _read;
    private LinkedListNode<Entry>? _lastSent;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _memoryBytes;

    public Spool(SpoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _files = options.Folder is null ? null : new SpoolFiles(options.Folder);
    }

    /// <summary>Packets of batches that were discarded.</summary>
    public long DroppedPackets { get; private set; }

    /// <summary>Why the disk did not take what was discarded; null if the spool had its full size.</summary>
    public string? DropCause { get; private set; }

    /// <summary>Why the disk could not be used the last time; null if it could.</summary>
    public string? DiskFailure { get; private set; }

    /// <summary>Batches held, and their bytes.</summary>
    public (int Count, long MemoryBytes, long DiskBytes) Held
    {
        get
        {
            lock (_lock)
            {
                return (_entries.Count, _memoryBytes, _files?.Bytes ?? 0);
            }
        }
    }

    /// <summary>Packets of the batches held.</summary>
    public long HeldPackets
    {
        get
        {
            lock (_lock)
            {
                return _entries.Sum(entry => (long)entry.Packets);
            }
        }
    }

    /// <summary>The number of the oldest batch that is held; 0 if none is.</summary>
    public ulong FirstSequence
    {
        get
        {
            lock (_lock)
            {
                return _entries.First?.Value.Sequence ?? 0;
            }
        }
    }

    /// <summary>Whether another batch would have to go to disk.</summary>
    public bool IsMemoryFull
    {
        get
        {
            lock (_lock)
            {
                return _memoryBytes >= _options.MaxMemoryBytes;
            }
        }
    }

    /// <param name="sequence">Greater than those before.</param>
    /// <param name="batch">The serialized batch; the spool's from now on.</param>
    /// <param name="packets">How many it has.</param>
    public void Add(ulong sequence, byte[] batch, int packets)
    {
        lock (_lock)
        {
            var entry = new Entry { Sequence = sequence, Packets = packets, Length = batch.Length };
            while (!TryHold(entry, batch))
            {
                DropCause = DiskFailure;
                Drop(FirstToSend!);
            }

            _entries.AddLast(entry);
            Announce();
        }
    }

    /// <summary>The server has all batches up to this one.</summary>
    public void Acknowledge(ulong sequence)
    {
        lock (_lock)
        {
            while (_entries.First is { } first && first.Value.Sequence <= sequence)
            {
                Remove(first);
            }

            Announce();
        }
    }

    /// <summary>The first batch after one, to be sent.</summary>
    public bool TryRead(ulong after, out ulong sequence, out byte[] batch)
    {
        lock (_lock)
        {
            // one after the other, but for the first time, and the first after a connection that broke
            var node = _read is { List: not null } read && read.Value.Sequence == after ? read.Next : _entries.First;
            while (node is not null && node.Value.Sequence <= after)
            {
                node = node.Next;
            }

            if (node is null)
            {
                (sequence, batch) = (0, []);
                return false;
            }

            sequence = node.Value.Sequence;
            if (TryLoad(node.Value, out batch))
            {
                _read = node;
                _lastSent = sequence > (_lastSent?.Value.Sequence ?? 0) ? node : _lastSent;
                return true;
            }

            Drop(node);
        }

        return TryRead(after, out sequence, out batch);
    }

    /// <summary>Completes when something was added or acknowledged after this call.</summary>
    public Task Changed()
    {
        lock (_lock)
        {
            return _changed.Task;
        }
    }

    public void Dispose() => _files?.Dispose();

    /// <summary>Null if nothing is held but what was sent before.</summary>
    private LinkedListNode<Entry>? FirstToSend => _lastSent is { List: not null } ? _lastSent.Next : _entries.First;

    private bool TryHold(Entry entry, byte[] batch)
    {
        if (_memoryBytes + batch.Length > _options.MaxMemoryBytes && FirstToSend is not null && entry.Packets > 0)
        {
            return TryWrite(entry, batch);
        }

        entry.Bytes = batch;
        _memoryBytes += batch.Length;
        return true;
    }

    private bool TryWrite(Entry entry, byte[] batch)
    {
        if (_files is null || _files.Bytes + batch.Length > _options.MaxDiskBytes)
        {
            return false;
        }

        try
        {
            entry.Place = _files.Write(batch);
            DiskFailure = null;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            DiskFailure = failure.Message;
            return false;
        }
    }

    private bool TryLoad(Entry entry, out byte[] batch)
    {
        batch = entry.Bytes ?? [];
        if (entry.Place is not { } place)
        {
            return true;
        }

        try
        {
            batch = _files!.Read(place, entry.Length);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            DiskFailure = failure.Message;
            return false;
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        DroppedPackets += node.Value.Packets;
        Remove(node);
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _entries.Remove(node);
        if (node.Value.Place is { } place)
        {
            _files!.Release(place, node.Value.Length);
        }
        else
        {
            _memoryBytes -= node.Value.Length;
        }
    }

    private void Announce()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private sealed class Entry
    {
        public required ulong Sequence { get; init; }

        public required int Packets { get; init; }

        public required int Length { get; init; }

        public byte[]? Bytes { get; set; }

        /// <summary>Null while in memory.</summary>
        public SpoolPlace? Place { get; set; }
    }
}
