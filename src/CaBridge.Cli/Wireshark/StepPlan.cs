namespace CaBridge.Cli.Wireshark;

/// <summary>What has to be done, by what is there and what was noted; nothing is changed yet.</summary>
internal static class StepPlan
{
    /// <param name="files">What is to be there.</param>
    /// <param name="manifest">What was put there before.</param>
    /// <param name="stays">What is left alone although it is not among the files.</param>
    /// <param name="isForced">Whether what others made of it counts for nothing.</param>
    public static IReadOnlyList<Step> ForInstall(IReadOnlyCollection<PlacedFile> files, Manifest manifest, Predicate<string> stays, bool isForced)
    {
        var wanted = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. files.Select(file => new Step(KindOf(file, manifest, isForced), file.Path, file)),
            .. manifest.Files.Where(noted => !wanted.Contains(noted.Key) && !stays(noted.Key)).Select(noted => Removal(noted.Key, noted.Value, isForced)),
        ];
    }

    public static IReadOnlyList<Step> ForUninstall(Manifest manifest, bool isForced) =>
        [.. manifest.Files.Select(noted => Removal(noted.Key, noted.Value, isForced))];

    private static StepKind KindOf(PlacedFile file, Manifest manifest, bool isForced)
    {
        var found = FileState.At(file.Path);
        var noted = manifest.Files.GetValueOrDefault(file.Path);
        if (found is null)
        {
            return StepKind.Put;
        }

        if (string.Equals(found, file.State, StringComparison.Ordinal))
        {
            return file.IsExecutable && !IsExecutable(file.Path) ? StepKind.Update : StepKind.Unchanged;
        }

        if (file.IsHandedOver && !isForced)
        {
            return noted is null ? StepKind.LeaveForeign : StepKind.Unchanged;
        }

        if (found is not FileState.Folder && (isForced || string.Equals(found, noted, StringComparison.Ordinal)))
        {
            return StepKind.Update;
        }

        return noted is null ? StepKind.KeepForeign : StepKind.KeepChanged;
    }

    private static Step Removal(string path, string noted, bool isForced) => new(
        FileState.At(path) switch
        {
            null => StepKind.Gone,
            FileState.Folder => StepKind.KeepChanged,
            var found => isForced || noted is FileState.HandedOver || string.Equals(found, noted, StringComparison.Ordinal) ? StepKind.Remove : StepKind.KeepChanged,
        },
        path);

    private static bool IsExecutable(string path) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != UnixFileMode.None;
}
