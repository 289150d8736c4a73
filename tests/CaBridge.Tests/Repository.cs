namespace CaBridge.Tests;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Captures => Path.Combine(Root, "tests", "captures");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CaBridge.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"CaBridge.sln is in no folder above {AppContext.BaseDirectory}");
        return folder.FullName;
    }
}
