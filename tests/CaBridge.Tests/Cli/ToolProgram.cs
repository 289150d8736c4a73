using System.Diagnostics;

namespace CaBridge.Tests.Cli;

/// <summary>
/// The program that the tests start: the one built with them, or the published native one where <c>CABRIDGE_NATIVE</c> has its path
/// (<c>CABRIDGE_NATIVE=$PWD/out/cabridge dotnet test --filter "ToolTests|InterruptionTests"</c>).
/// </summary>
internal static class ToolProgram
{
    private static readonly string[] Command = Environment.GetEnvironmentVariable("CABRIDGE_NATIVE") is { Length: > 0 } native
        ? [native]
        : ["dotnet", Path.Combine(TestContext.CurrentContext.TestDirectory, "cabridge.dll")];

    /// <summary>As a shell takes it.</summary>
    public static string Shell => string.Join(' ', Command.Select(word => $"'{word}'"));

    public static ProcessStartInfo With(params string[] arguments) =>
        new(Command[0], [.. Command[1..], .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
}
