namespace CaBridge.Cli.Wireshark;

/// <summary>What <c>tshark -G folders</c> says; null is what it leaves out.</summary>
internal sealed record ReportedFolders
{
    public string? PersonalConfiguration { get; init; }

    public string? GlobalConfiguration { get; init; }

    /// <summary>Since Wireshark 4.2; before, it is <c>extcap</c> in <see cref="PersonalConfiguration"/>.</summary>
    public string? PersonalExtcap { get; init; }

    public string? GlobalExtcap { get; init; }

    public string? PersonalLua { get; init; }

    public string? GlobalLua { get; init; }

    public static ReportedFolders Parse(string report)
    {
        var folders = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in report.Split('\n', StringSplitOptions.TrimEntries))
        {
            // a Windows path has a colon, too
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && line[(colon + 1)..].Trim() is { Length: > 0 } path)
            {
                folders.TryAdd(line[..colon], path);
            }
        }

        return new()
        {
            PersonalConfiguration = folders.GetValueOrDefault("Personal configuration"),
            GlobalConfiguration = folders.GetValueOrDefault("Global configuration"),
            PersonalExtcap = folders.GetValueOrDefault("Personal Extcap path"),
            GlobalExtcap = folders.GetValueOrDefault("Global Extcap path") ?? folders.GetValueOrDefault("Extcap path"),
            PersonalLua = folders.GetValueOrDefault("Personal Lua Plugins"),
            GlobalLua = folders.GetValueOrDefault("Global Lua Plugins"),
        };
    }
}
