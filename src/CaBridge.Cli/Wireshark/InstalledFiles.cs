namespace CaBridge.Cli.Wireshark;

/// <summary>Whether the files are there, as this program has them, and once.</summary>
internal sealed class InstalledFiles(Host host, Payload payload, IReadOnlyList<WiresharkFolders> places, ReportedFolders? reported)
{
    private const string Install = "cabridge wireshark install";

    public IEnumerable<Finding> Findings()
    {
        var extcap = host.Program(Payload.ExtcapName);
        return Part("capture program", [.. places.Select(place => host.Join(place.ReadExtcap(reported), extcap))], areTwoBad: false)
            .Concat(Payload.PluginNames.SelectMany(name => Part("dissector", [.. places.Select(place => host.Join(place.Plugins, name))], areTwoBad: true)))
            .Concat(Profile())
            .Concat(Notes());
    }

    /// <summary>Of the files that note what was installed.</summary>
    private IEnumerable<Finding> Notes() => places
        .Where(place => Manifest.TryLoad(place.Manifest) is null)
        .Select(place => Finding.Bad($"{place.Manifest} should note what was installed, and is damaged.", $"{Install}{(place.IsGlobal ? " --global" : "")} --force writes it anew."));

    /// <param name="part">What it is called.</param>
    /// <param name="paths">Where this Wireshark looks for it.</param>
    /// <param name="areTwoBad">Whether a second one keeps the first from working.</param>
    private IEnumerable<Finding> Part(string part, IReadOnlyList<string> paths, bool areTwoBad)
    {
        var found = paths.Where(FileState.IsTaken).ToList();
        if (found.Count == 0)
        {
            yield return Finding.Bad($"The {part} is not where this Wireshark looks: {paths[0]}", Install);
        }

        foreach (var path in found)
        {
            yield return Readable(part, path);
        }

        if (found.Count > 1)
        {
            const string Advice = "Keep one: cabridge wireshark uninstall, or the same with --global.";
            yield return areTwoBad
                ? Finding.Bad($"The {part} is there twice: Wireshark refuses the second.", Advice)
                : Finding.Doubtful($"The {part} is there twice: one of them hides the other.", Advice);
        }
    }

    private Finding Readable(string part, string path)
    {
        try
        {
            return FileState.Resolve(path) switch
            {
                null => Finding.Bad($"{path} leads nowhere.", $"{Install} --force"),
                var file when Directory.Exists(file) => Finding.Bad($"A folder is where the {part} should be: {path}", "Move it away, then: cabridge wireshark install"),
                var file => Content(part, path, file),
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Finding.Bad($"The {part} cannot be read: {failure.Message}", $"{Install} --force replaces it.");
        }
    }

    private Finding Content(string part, string path, string file)
    {
        if (payload.IsExtcap(path) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) == UnixFileMode.None)
        {
            return Finding.Bad($"The {part} is not executable: {path}", $"chmod +x '{path}'");
        }

        var actual = FileState.At(file);
        if (Wanted(Path.GetFileName(path)) is not { } wanted || string.Equals(actual, wanted, StringComparison.Ordinal))
        {
            return Finding.Good($"The {part} is there: {path}");
        }

        return string.Equals(actual, Noted(file), StringComparison.Ordinal)
            ? Finding.Doubtful($"The {part} is of another version than this program: {path}", Install)
            : Finding.Doubtful($"The {part} was changed, or did not come from here: {path}", $"{Install} --force replaces it.");
    }

    private IEnumerable<Finding> Profile()
    {
        var folders = places.Select(place => host.Join(place.Profiles, Payload.ProfileName)).ToList();
        var found = folders.Where(Directory.Exists).ToList();
        if (found.Count == 0)
        {
            yield return Finding.Bad($"The profile '{Payload.ProfileName}' is not there: {folders[0]}", Install);
        }

        foreach (var folder in found)
        {
            var missing = Payload.ProfileNames.Where(name => !Payload.IsHandedOver(name) && !File.Exists(host.Join(folder, name))).ToList();
            var other = Payload.ProfileNames.Except(missing, StringComparer.Ordinal)
                .Where(name => !Payload.IsHandedOver(name) && !string.Equals(FileState.At(host.Join(folder, name)), Wanted(name), StringComparison.Ordinal))
                .ToList();
            var changed = other.Where(name => !string.Equals(FileState.At(host.Join(folder, name)), Noted(host.Join(folder, name)), StringComparison.Ordinal)).ToList();
            yield return (missing, changed, other) switch
            {
                ({ Count: > 0 }, _, _) => Finding.Doubtful($"The profile lacks {string.Join(", ", missing)}: {folder}", Install),
                (_, { Count: > 0 }, _) => Finding.Good($"The profile is there, with changes in {string.Join(", ", changed)}: {folder}"),
                (_, _, { Count: > 0 }) => Finding.Doubtful($"The profile is of another version than this program: {folder}", Install),
                _ => Finding.Good($"The profile is there: {folder}"),
            };
        }
    }

    /// <summary>What this program would put at paths that end so, in whatever folder; null if it does not have it.</summary>
    private string? Wanted(string name) =>
        places.SelectMany(payload.In)
            .FirstOrDefault(file => file.Content is not null && string.Equals(Path.GetFileName(file.Path), name, StringComparison.Ordinal))?.State;

    private string? Noted(string path) => places
        .Select(place => Manifest.TryLoad(place.Manifest)?.Files.GetValueOrDefault(path))
        .FirstOrDefault(state => state is not null);
}
