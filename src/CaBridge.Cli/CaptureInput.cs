using CaBridge.Capture;

namespace CaBridge.Cli;

/// <summary>The captures that the user named, and the signals that may end their reading.</summary>
internal sealed class CaptureInput : IDisposable
{
    private readonly IReadOnlyList<CaptureProblem> _refused;

    private CaptureInput(CaptureSet captures, IReadOnlyList<CaptureProblem> refused, Interruption interruption) =>
        (Captures, _refused, Interruption) = (captures, refused, interruption);

    public CaptureSet Captures { get; }

    /// <summary>Files that cannot be read, then what went wrong so far in those that can.</summary>
    public IReadOnlyList<CaptureProblem> Problems => [.. _refused, .. Captures.Problems];

    /// <summary>To be disposed once all is read.</summary>
    public Interruption Interruption { get; }

    /// <param name="files">At least one; <c>-</c> is standard input.</param>
    /// <param name="beforeWaiting">
    /// For who shows frames as they come: then, of a pipe alone, they are handed out at once and in its order, and this is called before more of
    /// it is waited for. Else, and without it, they are put in the order of time.
    /// </param>
    /// <exception cref="CaptureException">None of them can be read; of several, the message is of the last, and standard error has the others'.</exception>
    public static CaptureInput Open(IReadOnlyList<string> files, Action? beforeWaiting = null)
    {
        if (files.Any(string.IsNullOrWhiteSpace))
        {
            throw new CaptureException("A name of a capture is empty: is a variable of the script not set?");
        }

        var options = new CaptureReaderOptions();
        var isPipe = files.Contains("-", StringComparer.Ordinal);
        var interruption = new Interruption(isPipe, StandardInput.TryEnd);
        var refused = new List<CaptureProblem>();
        try
        {
            if (isPipe && StandardInput.MakeEndable() && files.Count == 1 && beforeWaiting is not null)
            {
                options = options with { ReorderWindow = 0, BeforeWaiting = beforeWaiting };
            }

            var captures = CaptureSet.Open(
                files,
                options,
                (file, refusal) => refused.Add(new CaptureProblem(file, Frame: 0, ByteOffset: 0, refusal.Message, IsFatal: true)));
            return new CaptureInput(captures, refused, interruption);
        }
        catch (CaptureException)
        {
            interruption.Dispose();
            refused.ForEach(problem => Complaint.Tell(problem.Message));
            throw;
        }
    }

    public void Dispose()
    {
        Interruption.Dispose();
        Captures.Dispose();
    }
}
