namespace CaBridge.Cli.Wireshark;

/// <summary>What has to be done, by what is there and what was noted; nothing is changed yet.</summary>
internal static class StepPlan
{
    /// <param name="folders">Nothing is touched elsewhere, whatever is noted.</param>
    /// <param name="files">What is to be there.</param>
    /// <param name="manifest">What was put there before.</param>
    /// <param name="stays">What is left alone although it is not among the files.</param>
    /// <param name="isForced">Whether what others made of it counts for nothing.</param>
    public static IReadOnlyList<Step> ForInstall(WiresharkFolders folders, IReadOnlyCollection<PlacedFile> files, Manifest manifest, Predicate<string> stays, bool isForced)
    {
        var wanted = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. files.Select(file => new Step(KindOf(file, manifest, isForced), file.Path, file)),
            .. manifest.Paths.Where(path => !wanted.Contains(path) && !stays(path)).Select(path => Removal(folders, path, manifest, isForced)),
        ];
    }

    public static IReadOnlyList<Step> ForUninstall(WiresharkFolders folders, Manifest manifest, bool isForced) =>
        [.. manifest.Paths.Select(path => Removal(folders, path, manifest, isForced))];

    private static StepKind KindOf(PlacedFile file, Manifest manifest, bool isForced)
    {
        var found = FileState.At(file.Path);
        if (file.LinkTarget is { } target && Directory.Exists(target))
        {
            // what it should lead to could not be put there
            return StepKind.KeepFolder;
        }

        if (found is null)
        {
            return StepKind.Put;
        }

        if (string.Equals(found, file.State, StringComparison.Ordinal))
        {
            return file.IsExecutable && !IsExecutable(file.Path) ? StepKind.Update : StepKind.Unchanged;
        }

        if (found is FileState.Folder)
        {
            return StepKind.KeepFolder;
        }

        if (file.IsHandedOver && !isForced)
        {
            return manifest.Notes(file.Path) ? StepKind.Unchanged : StepKind.LeaveForeign;
        }

        if (isForced || manifest.IsAsPut(file.Path, found))
        {
            return StepKind.Update;
        }

        return manifest.Notes(file.Path) ? StepKind.KeepChanged : StepKind.KeepForeign;
    }

    private static Step Removal(WiresharkFolders folders, string path, Manifest manifest, bool isForced) => new(
        IsSecondPath(path, manifest) ? StepKind.Gone : !folders.Hold(path) ? StepKind.KeepElsewhere : FileState.At(path) switch
        {
            null => StepKind.Gone,
            FileState.Folder => StepKind.KeepFolder,
            var found => isForced || manifest.IsHandedOver(path) || manifest.IsAsPut(path, found) ? StepKind.Remove : StepKind.KeepChanged,
        },
        path);

    /// <summary>Whether a link was noted where now, by a link of folders, the file itself is that it led to.</summary>
    private static bool IsSecondPath(string path, Manifest manifest) => manifest.Paths.Any(other =>
        !string.Equals(path, other, StringComparison.Ordinal)
        && manifest.IsAsPut(path, FileState.OfLink(other))
        && string.Equals(FileState.Located(path), FileState.Located(other), StringComparison.Ordinal));

    private static bool IsExecutable(string path) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != UnixFileMode.None;
}
