namespace CaBridge.Cli.Report;

/// <summary>A file by the one name that links do not hide.</summary>
internal static class RealPath
{
    /// <summary>Full, and without links in any of its parts; what does not exist is taken as it is written.</summary>
    /// <exception cref="IOException">Links lead nowhere but to each other.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full);
        if (folder is null)
        {
            return full;
        }

        var real = Path.Combine(Of(folder), Path.GetFileName(full));
        var target = Directory.Exists(real)
            ? Directory.ResolveLinkTarget(real, returnFinalTarget: true)
            : new FileInfo(real).LinkTarget is null ? null : File.ResolveLinkTarget(real, returnFinalTarget: true);
        return target is null ? real : Of(target.FullName);
    }

    public static bool AreSame(string left, string right) =>
        string.Equals(left, right, OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
}
