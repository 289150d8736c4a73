using CaBridge.Analysis.Packets;

namespace CaBridge.Capture;

/// <summary>
/// Several captures as one, in the order of time: of frames at the same time, the one of the file named last comes first. One file is handed through as
/// it is; several are numbered in merged order. All as mergecap does it, so that numbers agree with its output.
/// </summary>
public sealed class CaptureSet : IDisposable
{
    // many files share what one may take alone
    private const int SharedBufferBytes = 64 * 1024 * 1024;
    private const int MinBufferBytes = 64 * 1024;

    private readonly CaptureReader[] _readers;

    // each file whose next frame waits, by time, then the one named last first
    private readonly PriorityQueue<int, (long UnixNanoseconds, int NegativeIndex)> _heads;
    private readonly List<int>[] _interfaceIndexes;
    private readonly List<CaptureInterface> _interfaces = [];
    private int _taken = -1;
    private bool _started;
    private long _framesRead;

    private CaptureSet(CaptureReader[] readers)
    {
        _readers = readers;
        _heads = new PriorityQueue<int, (long, int)>(readers.Length);
        _interfaceIndexes = [.. readers.Select(_ => new List<int>())];
    }

    /// <summary>What <see cref="Packet.InterfaceIndex"/> counts in; of several files, in the order in which their first frames came.</summary>
    public IReadOnlyList<CaptureInterface> Interfaces => IsSingle ? _readers[0].Interfaces : _interfaces;

    /// <summary>What went wrong so far, file by file.</summary>
    public IReadOnlyList<CaptureProblem> Problems => [.. _readers.SelectMany(reader => reader.Problems)];

    /// <summary>In the order in which they were named.</summary>
    public IReadOnlyList<CaptureFile> Files => [.. _readers.Select(reader => reader.File)];

    public long FramesRead => IsSingle ? _readers[0].FramesRead : _framesRead;

    /// <summary>Bytes taken from all inputs; of gzip files compressed ones.</summary>
    public long BytePosition => _readers.Sum(reader => reader.BytePosition);

    /// <summary>What <see cref="BytePosition"/> will reach; <c>null</c> if an input is a pipe.</summary>
    public long? TotalBytes => _readers.Any(reader => reader.TotalBytes is null) ? null : _readers.Sum(reader => reader.TotalBytes);

    private bool IsSingle => _readers.Length == 1;

    /// <param name="paths">At least one file; one of them may be <c>-</c>, standard input.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="onRefused">Told of each that cannot be read, and why, where the others are to be read without it.</param>
    /// <exception cref="CaptureException">
    /// One of them cannot be read; the message names it. With <paramref name="onRefused"/>: none can, and it was told of all but the last.
    /// </exception>
    public static CaptureSet Open(IReadOnlyList<string> paths, CaptureReaderOptions options, Action<string, CaptureException>? onRefused = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));

        var share = Math.Max(SharedBufferBytes / paths.Count, MinBufferBytes);
        var shared = options with { BufferBytes = Math.Min(options.BufferBytes, share) };
        var readers = new List<CaptureReader>(paths.Count);
        try
        {
            for (var i = 0; i < paths.Count; i++)
            {
                try
                {
                    readers.Add(CaptureReader.Open(paths[i], shared));
                }
                catch (CaptureException refusal) when (onRefused is not null && (readers.Count > 0 || i < paths.Count - 1))
                {
                    onRefused(paths[i], refusal);
                }
            }
        }
        catch (CaptureException)
        {
            readers.ForEach(reader => reader.Dispose());
            throw;
        }

        return new CaptureSet([.. readers]);
    }

    /// <summary>Goes to the next frame. <paramref name="packet"/>'s bytes are valid until the next call.</summary>
    /// <returns><c>false</c> once all files are at their end; <see cref="Problems"/> tells whether it came early.</returns>
    public bool TryRead(out Packet packet)
    {
        if (IsSingle)
            return _readers[0].TryRead(out packet);

        Advance();
        if (!_heads.TryPeek(out _taken, out _))
        {
            _taken = -1;
            packet = default;
            return false;
        }

        var current = _readers[_taken].Current;
        _framesRead++;
        packet = new Packet(
            current.Time,
            _framesRead,
            current.LinkType,
            current.Data,
            current.OriginalLength,
            FindInterface(current.InterfaceIndex));
        return true;
    }

    public void Dispose()
    {
        foreach (var reader in _readers)
            reader.Dispose();
    }

    /// <summary>Replaces the frame that was handed over last, which had to stay where it was until now.</summary>
    private void Advance()
    {
        if (!_started)
        {
            _started = true;
            for (var i = 0; i < _readers.Length; i++)
            {
                if (_readers[i].MoveNext())
                    _heads.Enqueue(i, (_readers[i].CurrentUnixNanoseconds, -i));
            }
        }
        else if (_taken >= 0)
        {
            if (_readers[_taken].MoveNext())
                _heads.DequeueEnqueue(_taken, (_readers[_taken].CurrentUnixNanoseconds, -_taken));
            else
                _heads.Dequeue();
        }
    }

    private int FindInterface(int index)
    {
        var indexes = _interfaceIndexes[_taken];
        while (indexes.Count <= index)
            indexes.Add(-1);
        if (indexes[index] < 0)
        {
            indexes[index] = _interfaces.Count;
            _interfaces.Add(_readers[_taken].Interfaces[index]);
        }

        return indexes[index];
    }
}
