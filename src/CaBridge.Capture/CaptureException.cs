namespace CaBridge.Capture;

/// <summary>
/// A capture cannot be opened. <see cref="Exception.Message"/> is one sentence for the user that names the file; content that turns out bad
/// later is a <see cref="CaptureProblem"/> and throws nothing.
/// </summary>
public sealed class CaptureException : Exception
{
    public CaptureException()
    {
    }

    public CaptureException(string message)
        : base(message)
    {
    }

    public CaptureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
