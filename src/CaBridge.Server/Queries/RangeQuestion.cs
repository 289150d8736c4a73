using CaBridge.Analysis;
using CaBridge.Contracts.V1;
using CaBridge.Server.Live;

namespace CaBridge.Server.Queries;

/// <summary>A <see cref="TimeRange"/> that was understood.</summary>
internal readonly record struct RangeQuestion
{
    private static readonly CaptureTime Beginning = new(long.MinValue);
    private static readonly CaptureTime Ending = new(long.MaxValue);

    private readonly CaptureDuration? _last;
    private readonly CaptureTime? _start;
    private readonly CaptureTime? _end;

    /// <exception cref="QuestionException">Its fields contradict each other.</exception>
    public RangeQuestion(TimeRange? range)
    {
        _last = TimeField.Read(range?.Last, "range.last");
        _start = TimeField.Read(range?.Start, "range.start");
        _end = TimeField.Read(range?.End, "range.end");
        if (_last is { } last && (_start ?? _end) is not null)
        {
            throw new QuestionException("range has either last, or start and end");
        }

        if (_last is { Nanoseconds: <= 0 })
        {
            throw new QuestionException("range.last must be longer than nothing");
        }

        if (_start is { } start && _end is { } end && start >= end)
        {
            throw new QuestionException("range.start must be before range.end");
        }
    }

    public bool IsWholeRun => _last is null && _start is null && _end is null;

    /// <param name="latest">What "last" counts back from.</param>
    public (CaptureTime Start, CaptureTime End) Resolve(CaptureTime? latest) =>
        _last is { } last && latest is { } now
            ? (new CaptureTime(now.UnixNanoseconds - last.Nanoseconds), Ending)
            : (_start ?? Beginning, _end ?? Ending);
}
