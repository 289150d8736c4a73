using CaBridge.Analysis.Text;

namespace CaBridge.Cli;

/// <summary>Sentences for standard error, a line each.</summary>
internal static class Complaint
{
    /// <param name="sentence">What foreign text it has is made harmless.</param>
    public static void Tell(string sentence)
    {
        try
        {
            Console.Error.WriteLine($"cabridge: {ForeignText.Line(sentence)}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // standard error is closed or full: there is nobody left to tell
        }
    }
}
