namespace CaBridge.Cli.Wireshark;

/// <summary>Does what a plan says, and notes it before, so that even an end in the middle leaves nothing that is not noted.</summary>
/// <param name="folders">Whose manifest it is.</param>
/// <param name="manifest">Follows every step.</param>
internal sealed class Installation(WiresharkFolders folders, Manifest manifest)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="steps">Links come after what they lead to.</param>
    /// <returns>What lost the right to capture: the system takes it from a file that is replaced.</returns>
    public IReadOnlyList<string> Install(IReadOnlyList<Step> steps)
    {
        var weakened = new List<string>();
        foreach (var step in steps.Where(step => step.Kind is StepKind.Put or StepKind.Update))
        {
            manifest.Coming[step.Path] = step.File!.State;
            NoteFolders(step.Path);
        }

        NoteFolders(folders.Manifest);
        Note();
        try
        {
            foreach (var step in steps)
            {
                if (step is { Kind: StepKind.Update, File.IsExecutable: true } && FileCapabilities.MayCapture(step.Path))
                {
                    weakened.Add(step.Path);
                }

                Do(step);
            }
        }
        finally
        {
            foreach (var path in manifest.Coming.Keys.Where(path => !FileState.IsTaken(path)).ToList())
            {
                manifest.Forget(path);
            }

            Note();
        }

        return weakened;
    }

    /// <returns>The folders that were made for what is gone now, and that others have put something into; none if not all is gone.</returns>
    public IReadOnlyList<string> Uninstall(IReadOnlyList<Step> steps)
    {
        try
        {
            foreach (var step in steps)
            {
                Do(step);
            }
        }
        finally
        {
            if (manifest.Paths.Any())
            {
                Note();
            }
            else
            {
                File.Delete(folders.Manifest);
            }
        }

        var left = new List<string>();
        var isClean = !manifest.Paths.Any();
        foreach (var folder in manifest.Folders.OrderByDescending(path => path.Length).Where(path => folders.LieIn(path) && Directory.Exists(path)))
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
            else if (isClean)
            {
                left.Add(folder);
            }
        }

        return left;
    }

    private void Do(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Put or StepKind.Update:
                Place(step.File!);
                manifest.Forget(step.Path);
                manifest.Files[step.Path] = step.File!.State;
                break;
            case StepKind.Unchanged:
                manifest.Forget(step.Path);
                manifest.Files[step.Path] = step.File!.State;
                break;
            case StepKind.Remove:
                File.Delete(step.Path);
                manifest.Forget(step.Path);
                break;
            case StepKind.Gone:
                manifest.Forget(step.Path);
                break;
            default:
                break;
        }
    }

    private void Place(PlacedFile file)
    {
        CreateFolder(Path.GetDirectoryName(file.Path)!);
        Replace(file.Path, temporary =>
        {
            if (file.LinkTarget is { } target)
            {
                File.CreateSymbolicLink(temporary, target);
                return;
            }

            File.WriteAllBytes(temporary, file.Content!);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, Readable);
            }
        });
        if (file.IsExecutable && !OperatingSystem.IsWindows())
        {
            // last: Wireshark runs whatever is executable in the folder, half a file and what a kill left behind, too
            File.SetUnixFileMode(file.Path, Executable);
        }
    }

    /// <summary>A Wireshark that starts meanwhile sees the old file or the new one, never half of one.</summary>
    private static void Replace(string path, Action<string> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}.new";
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (FileState.IsTaken(folder))
        {
            throw new IOException($"{folder} is in the way: it is no folder.");
        }

        CreateFolder(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        if (folders.IsGlobal && !OperatingSystem.IsWindows())
        {
            // everybody's, whatever root's mask is
            File.SetUnixFileMode(folder, Executable);
        }
    }

    /// <summary>The folders that have to be made for a file.</summary>
    private void NoteFolders(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            manifest.Folders.Add(folder);
        }
    }

    private void Note()
    {
        CreateFolder(Path.GetDirectoryName(folders.Manifest)!);
        Replace(folders.Manifest, temporary =>
        {
            File.WriteAllBytes(temporary, manifest.ToJson());
            if (folders.IsGlobal && !OperatingSystem.IsWindows())
            {
                // as the folders: everybody's doctor reads it
                File.SetUnixFileMode(temporary, Readable);
            }
        });
    }
}
