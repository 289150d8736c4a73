using CaBridge.Capture;

namespace CaBridge.Cli;

/// <summary>The captures that the user named, and the signals that may end their reading.</summary>
internal sealed class CaptureInput : IDisposable
{
    private CaptureInput(CaptureSet captures, Interruption interruption) => (Captures, Interruption) = (captures, interruption);

    public CaptureSet Captures { get; }

    /// <summary>To be disposed once all is read.</summary>
    public Interruption Interruption { get; }

    /// <param name="files">At least one; <c>-</c> is standard input.</param>
    /// <exception cref="CaptureException">One of them cannot be read.</exception>
    public static CaptureInput Open(IReadOnlyList<string> files)
    {
        var isPipe = files.Contains("-", StringComparer.Ordinal);
        var interruption = new Interruption(isPipe, StandardInput.TryEnd);
        try
        {
            if (isPipe)
            {
                StandardInput.MakeEndable();
            }

            return new CaptureInput(CaptureSet.Open(files, new CaptureReaderOptions()), interruption);
        }
        catch (CaptureException)
        {
            interruption.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Interruption.Dispose();
        Captures.Dispose();
    }
}
