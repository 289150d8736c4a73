namespace CaBridge.Cli.Rendering;

/// <summary>Emphasis on a terminal; plain text anywhere else.</summary>
internal readonly record struct TextStyle(bool IsTerminal)
{
    public static TextStyle Plain => default;

    /// <summary>Terminal control codes only where standard output is a terminal that wants them (https://no-color.org).</summary>
    public static TextStyle OfStandardOutput() => new(
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not "dumb");

    public string Heading(string text) => Escape(text, "1");

    /// <summary>For what an operator has to look at.</summary>
    public string Alert(string text) => Escape(text, "33");

    private string Escape(string text, string code) => IsTerminal ? $"\e[{code}m{text}\e[0m" : text;
}
