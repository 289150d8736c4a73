using System.Security.Cryptography;

namespace CaBridge.Cli.Wireshark;

/// <summary>What is at a path, in a form that can be compared and noted: <c>sha256:…</c>, <c>link:TARGET</c> or <c>folder</c>.</summary>
internal static class FileState
{
    public const string Folder = "folder";

    /// <summary>Noted of what others write to as they like.</summary>
    public const string HandedOver = "handed over";

    /// <returns>Null if nothing is there.</returns>
    public static string? At(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is { } target)
        {
            return OfLink(target);
        }

        if (Directory.Exists(path))
        {
            return Folder;
        }

        return file.Exists ? Of(File.ReadAllBytes(path)) : null;
    }

    /// <summary>Where a link leads at last; anything else is its own end.</summary>
    /// <returns>Null if it leads to nothing, or in a circle.</returns>
    public static string? Resolve(string path)
    {
        try
        {
            var end = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
            return Path.Exists(end) ? end : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>A path with no link in it but, perhaps, at its end.</summary>
    public static string Located(string path) =>
        Path.GetDirectoryName(path) is { } folder ? Path.Combine(RealFolder(folder), Path.GetFileName(path)) : path;

    /// <summary>A folder's path with no link in it; what is not there yet is as it is written.</summary>
    public static string RealFolder(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        var real = Path.Combine(RealFolder(parent), Path.GetFileName(path));
        return Directory.Exists(real) && Resolve(real) is { } end && !string.Equals(end, real, StringComparison.Ordinal) ? RealFolder(end) : real;
    }

    /// <summary>Whether anything is there, be it a link that leads nowhere.</summary>
    public static bool IsTaken(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    public static string Of(ReadOnlySpan<byte> content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    public static string OfLink(string target) => $"link:{target}";
}
