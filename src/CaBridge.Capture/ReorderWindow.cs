using CaBridge.Analysis;

namespace CaBridge.Capture;

/// <summary>
/// Puts frames in the order of time as far as they are close in the file. Records are parsed by the chunk of a few windows; only a chunk that is
/// not in order is sorted (stably), and its last window of frames waits for the next chunk. Where time goes back further than a recording is ever
/// late, the clock was set: what comes after stays behind what came before.
/// </summary>
/// <param name="scanner">The frames in the order of the file.</param>
/// <param name="frames">How many frames late a frame may come, at least 1.</param>
internal sealed class ReorderWindow(FrameScanner scanner, int frames)
{
    private const int WindowsPerChunk = 4;
    private const int MinWindowsPerChunk = 2;
    private const int MinChunkFrames = 1024;

    /// <summary>On a quiet network, frames that a tool wrote a few hundred places late are minutes late; a clock is wrong by its time zone.</summary>
    private const long ClockStepNanoseconds = 1_200 * CaptureDuration.NanosecondsPerSecond;

    // in the order of the file; _order, used while _isDisordered, in the order of time
    private readonly FrameRecord[] _records = new FrameRecord[Math.Max(frames * WindowsPerChunk, MinChunkFrames)];
    private readonly int[] _order = new int[Math.Max(frames * WindowsPerChunk, MinChunkFrames)];
    private Comparison<int>? _byTime;
    private bool _isDisordered;
    private bool _hasStep;
    private bool _ended;
    private int _count;
    private int _next;
    private int _deliverable;

    public bool TryNext(ref FrameRecord record)
    {
        if (_next == _deliverable && !TryLoad())
            return false;

        record = _records[_isDisordered ? _order[_next] : _next];
        _next++;
        return true;
    }

    private bool TryLoad()
    {
        if (_ended)
            return false;

        KeepHeldFrames();
        Parse();
        var sorted = _hasStep ? _count - 1 : _count;
        if (_isDisordered)
            Sort(sorted);

        _next = 0;
        _deliverable = _ended || _hasStep ? sorted : _count - Math.Min(frames, _count / 2);
        return _deliverable > 0;
    }

    private void KeepHeldFrames()
    {
        var held = _count - _next;
        if (_isDisordered)
        {
            var kept = _order.AsSpan(_next, held);
            kept.Sort();
            _isDisordered = false;
            for (var i = 0; i < held; i++)
            {
                _records[i] = _records[kept[i]];
                _isDisordered |= i > 0 && _records[i].UnixNanoseconds < _records[i - 1].UnixNanoseconds;
            }
        }
        else
        {
            Array.Copy(_records, _next, _records, 0, held);
        }

        _count = held;
        _next = 0;
    }

    private void Parse()
    {
        var latest = long.MinValue;
        for (var i = 0; i < _count; i++)
            latest = Math.Max(latest, _records[i].UnixNanoseconds);
        _hasStep = false;
        while (_count < _records.Length)
        {
            ref var record = ref _records[_count];
            switch (scanner.Next(ref record))
            {
                case ScanOutcome.Frame:
                    _count++;
                    if (_count > 1 && latest - record.UnixNanoseconds > ClockStepNanoseconds)
                    {
                        _hasStep = true;
                        return;
                    }

                    _isDisordered |= record.UnixNanoseconds < latest;
                    latest = Math.Max(latest, record.UnixNanoseconds);
                    break;
                case ScanOutcome.Starved when !scanner.Input.HasRoom && _count >= MinWindowsPerChunk * frames:
                    // handing over first leaves less to move
                    return;
                case ScanOutcome.Starved when scanner.Input.HasRoom || scanner.Input.MakeRoom(_records.AsSpan(0, _count), scanner.NeededBytes):
                    scanner.Input.Fill();
                    break;
                case ScanOutcome.Starved:
                    return;
                default:
                    _ended = true;
                    return;
            }
        }
    }

    private void Sort(int count)
    {
        for (var i = 0; i < _count; i++)
            _order[i] = i;
        _byTime ??= (left, right) =>
        {
            var order = _records[left].UnixNanoseconds.CompareTo(_records[right].UnixNanoseconds);
            return order != 0 ? order : left.CompareTo(right);
        };
        _order.AsSpan(0, count).Sort(_byTime);
    }
}
