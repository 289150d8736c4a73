using System.Reflection;
using CaBridge.Agent;

namespace CaBridge.Cli.Wireshark;

/// <summary>What there is to install: the dissector and the profile, which this program carries, and the capture program, which lies beside it.</summary>
internal sealed class Payload
{
    public const string ExtcapName = "cabridge-extcap";
    public const string HelpName = "cabridge-extcap.html";
    public const string ProfileName = "Channel Access";

    private const string ExtcapPrefix = "wireshark/extcap/";
    private const string RecentName = "recent";
    private const string PluginPrefix = "wireshark/plugins/";
    private const string ProfilePrefix = "wireshark/profile/";

    private readonly Host _host;
    private readonly byte[]? _extcap;

    private Payload(Host host, byte[]? extcap) => (_host, _extcap) = (host, extcap);

    /// <summary>The names of the dissector's files.</summary>
    public static IReadOnlyList<string> PluginNames { get; } = Names(PluginPrefix);

    /// <summary>The names of the profile's files.</summary>
    public static IReadOnlyList<string> ProfileNames { get; } = Names(ProfilePrefix);

    public bool HasExtcap => _extcap is not null;

    /// <summary>Where the capture program is looked for.</summary>
    public static string UsualExtcap(Host host) => Path.Combine(AppContext.BaseDirectory, host.Program(ExtcapName));

    /// <param name="host">The system that it is for.</param>
    /// <param name="extcap">The capture program; null is the one beside this program, if there is one.</param>
    /// <exception cref="UsageException">The named program cannot be used.</exception>
    public static Payload Open(Host host, string? extcap)
    {
        try
        {
            return extcap is null
                ? new Payload(host, IsNative(UsualExtcap(host)) ? File.ReadAllBytes(UsualExtcap(host)) : null)
                : new Payload(host, IsNative(extcap)
                    ? File.ReadAllBytes(extcap)
                    : throw new UsageException($"--extcap {extcap}: {(File.Exists(extcap) ? "this is not the published program, but needs the folder that it is in" : "there is no such file")}."));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The capture program cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>All files, in the order in which they are to be put there.</summary>
    public IEnumerable<PlacedFile> In(WiresharkFolders folders)
    {
        for (var i = 0; i < folders.Extcap.Count && _extcap is not null; i++)
        {
            yield return i == 0
                ? new() { Path = ExtcapIn(folders.Extcap[i]), Content = _extcap, IsExecutable = true }
                : new() { Path = ExtcapIn(folders.Extcap[i]), LinkTarget = ExtcapIn(folders.Extcap[0]) };
        }

        if (_extcap is not null)
        {
            // beside the program itself: a link leads there
            yield return new() { Path = _host.Join(folders.Extcap[0], HelpName), Content = Read(ExtcapPrefix + HelpName) };
        }

        foreach (var name in PluginNames)
        {
            yield return new() { Path = _host.Join(folders.Plugins, name), Content = Read(PluginPrefix + name) };
        }

        foreach (var name in ProfileNames)
        {
            yield return new() { Path = _host.Join(folders.Profiles, ProfileName, name), Content = Read(ProfilePrefix + name), IsHandedOver = IsHandedOver(name) };
        }
    }

    /// <summary>Whether Wireshark writes a profile's file anew whenever it ends: widths of columns and the like.</summary>
    public static bool IsHandedOver(string name) => name is RecentName;

    /// <summary>Whether a path is that of the capture program, or of its help.</summary>
    public bool IsOfExtcap(string path) => IsExtcap(path) || string.Equals(Path.GetFileName(path), HelpName, StringComparison.Ordinal);

    /// <summary>Whether a path is that of the capture program.</summary>
    public bool IsExtcap(string path) => string.Equals(Path.GetFileName(path), _host.Program(ExtcapName), StringComparison.Ordinal);

    private string ExtcapIn(string folder) => _host.Join(folder, _host.Program(ExtcapName));

    /// <summary>What <c>dotnet build</c> makes is a small file that needs another one beside it.</summary>
    private static bool IsNative(string path) => File.Exists(path) && !File.Exists(Path.ChangeExtension(path, ".dll")) && !File.Exists($"{path}.dll");

    private static List<string> Names(string prefix) =>
    [
        .. typeof(Payload).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    private static byte[] Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
