using System.Runtime.InteropServices;

namespace CaBridge.Cli.Rendering;

/// <summary>Emphasis and width of a terminal; anywhere else plain text, as wide as it needs to be.</summary>
/// <param name="HasEmphasis">Whether control codes are wanted.</param>
/// <param name="Columns">What tables have to fit, where they can.</param>
internal readonly record struct TextStyle(bool HasEmphasis, int Columns)
{
    private const int Unlimited = int.MaxValue;
    private const int UsualColumns = 100;
    private const int LeastColumns = 60;

    /// <summary>TIOCGWINSZ of Linux.</summary>
    private const nuint GetWindowSize = 0x5413;
    private const int Descriptor = 1;

    public static TextStyle Plain => new(HasEmphasis: false, Unlimited);

    /// <summary>Terminal control codes only where standard output is a terminal that wants them (https://no-color.org).</summary>
    public static TextStyle OfStandardOutput() => Console.IsOutputRedirected
        ? Plain
        : new(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is not "dumb",
            Math.Max(TerminalColumns(), LeastColumns));

    public string Heading(string text) => Escape(text, "1");

    /// <summary>For what an operator has to look at.</summary>
    public string Alert(string text) => Escape(text, "33");

    private string Escape(string text, string code) => HasEmphasis ? $"\e[{code}m{text}\e[0m" : text;

    /// <summary>Asked of the terminal itself: <see cref="Console.WindowWidth"/> sends it codes first.</summary>
    private static int TerminalColumns()
    {
        if (!OperatingSystem.IsLinux())
        {
            return OperatingSystem.IsWindows() ? Console.WindowWidth : UsualColumns;
        }

        var size = default(WindowSize);
        return InputOutputControl(Descriptor, GetWindowSize, ref size) == 0 && size.Columns > 0 ? size.Columns : UsualColumns;
    }

    [DllImport("libc", EntryPoint = "ioctl", ExactSpelling = true)]
    private static extern int InputOutputControl(int descriptor, nuint request, ref WindowSize size);

    /// <summary><c>struct winsize</c> of ioctl_tty(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }
}
