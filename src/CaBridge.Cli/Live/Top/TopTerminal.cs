using System.Runtime.InteropServices;
using System.Text;

namespace CaBridge.Cli.Live.Top;

/// <summary>
/// The terminal as a screen: what was on it comes back when this is disposed. Frames are drawn over each other without clearing, in one write, so
/// that nothing flickers over a slow line.
/// </summary>
internal sealed class TopTerminal : IDisposable
{
    // xterm's control sequences, which every terminal of today knows; those that do not know the synchronized update pass over it
    private const string Enter = "\e[?1049h\e[?25l\e[2J";
    private const string Leave = "\e[0m\e[?25h\e[?1049l";
    private const string BeginFrame = "\e[?2026h\e[H";
    private const string EndFrame = "\e[J\e[?2026l";
    private const string EndLine = "\e[K";

    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly PosixSignalRegistration? _resized;
    private readonly PosixSignalRegistration? _continued;
    private bool _isOpen = true;

    /// <param name="onChange">Called when the screen is to be drawn anew.</param>
    public TopTerminal(Action onChange)
    {
        Write(Enter);
        if (!OperatingSystem.IsWindows())
        {
            _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => onChange());
            _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ =>
            {
                Write(Enter);
                onChange();
            });
        }
    }

    public static (int Width, int Height) Size => (Math.Max(Console.WindowWidth, 1), Math.Max(Console.WindowHeight, 1));

    public void Show(IReadOnlyList<string> lines)
    {
        var frame = new StringBuilder(BeginFrame);
        for (var i = 0; i < lines.Count; i++)
        {
            // a line end after the last line would scroll
            frame.Append(lines[i]).Append(EndLine).Append(i == lines.Count - 1 ? "" : "\r\n");
        }

        Write(frame.Append(EndFrame).ToString());
    }

    public void Dispose()
    {
        _resized?.Dispose();
        _continued?.Dispose();
        if (_isOpen)
        {
            _isOpen = false;
            Write(Leave);
        }

        _output.Dispose();
    }

    private void Write(string text)
    {
        _output.Write(Encoding.UTF8.GetBytes(text));
        _output.Flush();
    }
}
