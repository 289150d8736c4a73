using CaBridge.Cli.Rendering;

namespace CaBridge.Cli;

/// <summary>Sentences for standard error, a line each.</summary>
internal static class Complaint
{
    /// <param name="sentence">What foreign text it has is made harmless.</param>
    public static void Tell(string sentence) => Console.Error.WriteLine($"cabridge: {ForeignText.Line(sentence)}");
}
