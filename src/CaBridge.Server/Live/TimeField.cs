using CaBridge.Analysis;
using CaBridge.Contracts;
using Google.Protobuf.WellKnownTypes;

namespace CaBridge.Server.Live;

/// <summary>Times and lengths of time in questions: those that capture time has no place for are refused.</summary>
internal static class TimeField
{
    private const long MaxSeconds = long.MaxValue / CaptureDuration.NanosecondsPerSecond;

    /// <exception cref="QuestionException">It is beyond capture time.</exception>
    public static CaptureTime? Read(Timestamp? time, string field) => time switch
    {
        null => null,
        { Seconds: > -MaxSeconds and < MaxSeconds, Nanos: >= 0 and < (int)CaptureDuration.NanosecondsPerSecond } => time.ToCaptureTime(),
        _ => throw new QuestionException($"{field} must be a time from 1678 to 2261"),
    };

    /// <exception cref="QuestionException">It is beyond capture time.</exception>
    public static CaptureDuration? Read(Duration? length, string field) => length switch
    {
        null => null,
        { Seconds: > -MaxSeconds and < MaxSeconds } => length.ToCaptureDuration(),
        _ => throw new QuestionException($"{field} must be shorter than 292 years"),
    };
}
