using System.CommandLine;

namespace CaBridge.Cli.Wireshark;

/// <summary><c>cabridge wireshark install</c>; a second time, it is an update.</summary>
internal static class InstallCommand
{
    public static Command Create()
    {
        var extcap = new Option<string?>("--extcap") { Description = "The capture program, if it is not beside this one.", HelpName = "FILE" };
        var setup = new SetupOptions("Also replace files that were changed since, or that are not CaBridge's.");
        var command = new Command("install", "Put capture program, dissector and profile where Wireshark looks; update them.") { extcap };
        setup.AddTo(command);
        command.SetAction(parsed =>
        {
            var host = Host.Current;
            var payload = Payload.Open(host, parsed.GetValue(extcap));
            var folders = setup.Folders(parsed, host);
            try
            {
                return Run(payload, folders, setup.IsForced(parsed), setup.IsDryRun(parsed));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return setup.TellUnwritable(parsed, failure);
            }
        });
        return command;
    }

    private static int Run(Payload payload, WiresharkFolders folders, bool isForced, bool isDryRun)
    {
        var manifest = isForced ? Manifest.TryLoad(folders.Manifest) ?? new() : Manifest.Load(folders.Manifest);
        var steps = StepPlan.ForInstall(folders, [.. payload.In(folders)], manifest, stays: path => !payload.HasExtcap && payload.IsOfExtcap(path), isForced);
        var weakened = isDryRun ? [] : new Installation(folders, manifest).Install(steps);
        StepText.Write(Console.Out, steps, isDryRun);
        foreach (var path in weakened)
        {
            Complaint.Tell($"The new capture program has not the right to capture that the old one had: {FileCapabilities.Advice(path)}");
        }

        if (!payload.HasExtcap)
        {
            Complaint.Tell(
                $"The capture program is missing: {Payload.UsualExtcap(Host.Current)} is not there, or not the published program, and --extcap names no other. " +
                "Recordings can be read without it; capturing needs it.");
        }

        if (!isDryRun)
        {
            Console.Out.WriteLine($"Restart Wireshark and choose the profile '{Payload.ProfileName}'; 'cabridge wireshark doctor' checks everything.");
        }

        return payload.HasExtcap && !steps.Any(step => step.Kind is StepKind.KeepForeign or StepKind.KeepChanged or StepKind.KeepFolder) ? ExitCode.Success : ExitCode.WiresharkFault;
    }
}
