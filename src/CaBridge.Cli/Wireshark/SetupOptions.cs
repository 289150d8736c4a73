using System.CommandLine;
using CaBridge.Agent;

namespace CaBridge.Cli.Wireshark;

/// <summary>What <c>install</c> and <c>uninstall</c> have in common.</summary>
internal sealed class SetupOptions
{
    private readonly Option<bool> _global = new("--global") { Description = "For all users of this machine; needs root." };
    private readonly Option<bool> _force;
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only print what would be done." };

    /// <param name="force">What <c>--force</c> does.</param>
    public SetupOptions(string force) => _force = new("--force") { Description = force };

    public void AddTo(Command command)
    {
        command.Add(_global);
        command.Add(_force);
        command.Add(_dryRun);
    }

    public bool IsForced(ParseResult parsed) => parsed.GetValue(_force);

    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(_dryRun);

    /// <summary>Where; asked of the installed Wireshark, as documented without one.</summary>
    /// <exception cref="UsageException">It would be for root's own Wireshark, by <c>sudo</c>.</exception>
    public WiresharkFolders Folders(ParseResult parsed, Host host)
    {
        var reported = Tshark.Find(host)?.AskFolders();
        if (parsed.GetValue(_global))
        {
            return WiresharkFolders.Global(host, reported);
        }

        if (Environment.IsPrivilegedProcess && host.Variable("SUDO_USER") is { Length: > 0 } user and not "root")
        {
            throw new UsageException($"By sudo this is about root's Wireshark, not {user}'s: leave sudo out, or say --global for all users.");
        }

        return WiresharkFolders.Personal(host, reported);
    }

    /// <summary>Says that a folder or a file refuses.</summary>
    public int TellUnwritable(ParseResult parsed, Exception failure)
    {
        Complaint.Tell(parsed.GetValue(_global) && !Environment.IsPrivilegedProcess
            ? $"{failure.Message} --global writes to the folders of the system: it needs root."
            : failure.Message);
        return ExitCode.UnwritableOutput;
    }
}
