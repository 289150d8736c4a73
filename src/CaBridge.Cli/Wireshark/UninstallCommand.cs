using System.CommandLine;

namespace CaBridge.Cli.Wireshark;

/// <summary><c>cabridge wireshark uninstall</c>: takes away what was put there, and nothing else.</summary>
internal static class UninstallCommand
{
    public static Command Create()
    {
        var setup = new SetupOptions("Also remove files that were changed since.");
        var command = new Command("uninstall", "Remove exactly what 'install' put there.");
        setup.AddTo(command);
        command.SetAction(parsed =>
        {
            var folders = setup.Folders(parsed, Host.Current);
            try
            {
                return Run(folders, setup.IsForced(parsed), setup.IsDryRun(parsed));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return setup.TellUnwritable(parsed, failure);
            }
        });
        return command;
    }

    private static int Run(WiresharkFolders folders, bool isForced, bool isDryRun)
    {
        if (!File.Exists(folders.Manifest))
        {
            Console.Out.WriteLine($"Nothing is installed: {folders.Manifest} would note it.");
            return ExitCode.Success;
        }

        var manifest = isForced ? Manifest.TryLoad(folders.Manifest) ?? new() : Manifest.Load(folders.Manifest);
        var steps = StepPlan.ForUninstall(folders, manifest, isForced);
        var left = isDryRun ? [] : new Installation(folders, manifest).Uninstall(steps);
        StepText.Write(Console.Out, steps, isDryRun);
        StepText.WriteLeft(Console.Out, left);
        return steps.Any(step => step.Kind is StepKind.KeepChanged or StepKind.KeepFolder or StepKind.KeepElsewhere) ? ExitCode.WiresharkFault : ExitCode.Success;
    }
}
