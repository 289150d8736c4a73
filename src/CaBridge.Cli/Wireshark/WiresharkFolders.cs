using CaBridge.Agent;

namespace CaBridge.Cli.Wireshark;

/// <summary>Where a Wireshark looks, and where is noted what was put there.</summary>
internal sealed record WiresharkFolders
{
    private const string MacApp = "/Applications/Wireshark.app/Contents";
    private const string ManifestName = "wireshark.json";

    /// <summary>Where Linux distributions have <c>wireshark/extcap</c>.</summary>
    private static readonly string[] LibraryFolders =
        ["/usr/lib/x86_64-linux-gnu/wireshark", "/usr/lib/aarch64-linux-gnu/wireshark", "/usr/lib64/wireshark", "/usr/lib/wireshark", "/usr/local/lib/wireshark"];

    /// <summary>The first gets the program, every other a link to it (on Windows there is one).</summary>
    public required IReadOnlyList<string> Extcap { get; init; }

    public required string Plugins { get; init; }

    public required string Profiles { get; init; }

    /// <summary>The file that notes what was put there.</summary>
    public required string Manifest { get; init; }

    private IEnumerable<string> InstalledIn => [.. Extcap, .. Aliases, Plugins, Path.Combine(Profiles, Payload.ProfileName)];

    /// <summary>Other paths of the folders for extcap programs, by links: nothing is put there by these.</summary>
    public IReadOnlyList<string> Aliases { get; private init; } = [];

    /// <summary>For all users.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>
    /// Those of one user. Wireshark before 4.2 takes extcap programs from the folder of its configuration, later ones from that of its libraries: both get them.
    /// </summary>
    /// <param name="host">Whose variables count as they do for Wireshark.</param>
    /// <param name="reported">What the installed Wireshark says; null where there is none to ask.</param>
    public static WiresharkFolders Personal(Host host, ReportedFolders? reported)
    {
        var configuration = reported?.PersonalConfiguration ?? PersonalConfiguration(host);
        if (host.System is WiresharkSystem.Windows)
        {
            return new()
            {
                Extcap = [reported?.PersonalExtcap ?? host.Join(configuration, "extcap")],
                Plugins = reported?.PersonalLua ?? host.Join(configuration, "plugins"),
                Profiles = host.Join(configuration, "profiles"),
                Manifest = host.Join(host.Required("LOCALAPPDATA"), "CaBridge", ManifestName),
            };
        }

        var libraries = host.Join(host.Required("HOME"), ".local", "lib", "wireshark");
        string[] extcap = [reported?.PersonalExtcap ?? host.Join(libraries, "extcap"), host.Join(libraries, "extcap"), host.Join(configuration, "extcap")];
        return new()
        {
            Extcap = [.. extcap.DistinctBy(host.RealFolder, StringComparer.Ordinal)],
            Aliases = [.. extcap],
            Plugins = reported?.PersonalLua ?? host.Join(libraries, "plugins"),
            Profiles = host.Join(configuration, "profiles"),
            Manifest = host.Join(host.XdgFolder("XDG_DATA_HOME", ".local", "share"), "cabridge", ManifestName),
        };
    }

    /// <summary>Those of the system.</summary>
    /// <inheritdoc cref="Personal"/>
    /// <exception cref="UsageException">There is no Wireshark to ask, and none in the folders of distributions.</exception>
    public static WiresharkFolders Global(Host host, ReportedFolders? reported)
    {
        var (extcap, plugins, data, manifest) = host.System switch
        {
            WiresharkSystem.Windows => (
                host.Join(host.Required("ProgramFiles"), "Wireshark", "extcap"),
                host.Join(host.Required("ProgramFiles"), "Wireshark", "plugins"),
                host.Join(host.Required("ProgramFiles"), "Wireshark"),
                host.Join(host.Required("ProgramData"), "CaBridge", ManifestName)),
            WiresharkSystem.MacOS => (
                $"{MacApp}/MacOS/extcap",
                $"{MacApp}/PlugIns/wireshark",
                $"{MacApp}/Resources/share/wireshark",
                $"/Library/Application Support/CaBridge/{ManifestName}"),
            _ when (reported?.GlobalLua is null ? Array.Find(LibraryFolders, path => host.HasFolder(path)) : "") is { } library => (
                $"{library}/extcap",
                $"{library}/plugins",
                "/usr/share/wireshark",
                $"/var/lib/cabridge/{ManifestName}"),
            _ => throw new UsageException("Wireshark's folders for all users are not known: install Wireshark's tshark, which tells them, or leave --global out."),
        };
        return new()
        {
            Extcap = [reported?.GlobalExtcap ?? extcap],
            Plugins = reported?.GlobalLua ?? plugins,
            Profiles = host.Join(reported?.GlobalConfiguration ?? data, "profiles"),
            Manifest = manifest,
            IsGlobal = true,
        };
    }

    /// <summary>Whether a file is in one of the folders where CaBridge installs.</summary>
    public bool Hold(string file) =>
        string.Equals(Path.GetFullPath(file), file, StringComparison.Ordinal) && InstalledIn.Contains(Path.GetDirectoryName(file), StringComparer.Ordinal);

    /// <summary>Whether a folder is one where CaBridge installs, or one above.</summary>
    public bool LieIn(string folder) =>
        InstalledIn.Append(Path.GetDirectoryName(Manifest)!).Any(path => $"{path}{Path.DirectorySeparatorChar}".StartsWith($"{folder}{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    /// <summary>Which of the folders for extcap programs a Wireshark reads.</summary>
    public string ReadExtcap(ReportedFolders? reported) =>
        IsGlobal || reported is null ? Extcap[0] : reported.PersonalExtcap ?? Extcap[^1];

    /// <summary>As <c>wireshark(1)</c> documents it, of a Wireshark that cannot be asked.</summary>
    private static string PersonalConfiguration(Host host) => (host.System, host.Variable("WIRESHARK_CONFIG_DIR")) switch
    {
        (_, { Length: > 0 } configuration) => configuration,
        (WiresharkSystem.Windows, _) => host.Join(host.Variable("WIRESHARK_APPDATA") is { Length: > 0 } data ? data : host.Required("APPDATA"), "Wireshark"),
        _ => host.Join(host.XdgFolder("XDG_CONFIG_HOME", ".config"), "wireshark"),
    };
}
