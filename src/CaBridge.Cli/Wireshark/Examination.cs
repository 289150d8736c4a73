using System.Globalization;
using System.Text.RegularExpressions;
using CaBridge.Agent;

namespace CaBridge.Cli.Wireshark;

/// <summary>All that <c>doctor</c> looks at, in the order in which one thing needs the other.</summary>
internal sealed partial class Examination(Host host, Payload payload)
{
    private static readonly Version Oldest = new(4, 0);
    private static readonly Version Newest = new(4, 6);

    public IEnumerable<Finding> Findings()
    {
        if (host.Variable("SUDO_USER") is { Length: > 0 } user && Environment.IsPrivilegedProcess)
        {
            yield return Finding.Doubtful($"By sudo, this looks at root's Wireshark, not at {user}'s.");
        }

        var tshark = Tshark.Find(host);
        var reported = tshark?.AskFolders();
        foreach (var finding in tshark is null ? Missing() : Programs(tshark))
        {
            yield return finding;
        }

        var places = Places(reported);
        foreach (var finding in new InstalledFiles(host, payload, places, reported).Findings())
        {
            yield return finding;
        }

        if (tshark is not null)
        {
            foreach (var finding in new LoadedDissector(tshark, places).Findings())
            {
                yield return finding;
            }
        }

        foreach (var finding in new RunningExtcap(host, payload, tshark, places, reported).Findings())
        {
            yield return finding;
        }
    }

    private static IEnumerable<Finding> Missing()
    {
        yield return Finding.Bad("Wireshark's tshark is not in PATH: what Wireshark itself finds cannot be told.", "Install the package tshark (Debian) or wireshark-cli (Fedora).");
    }

    private IEnumerable<Finding> Programs(Tshark tshark)
    {
        var run = tshark.Run("--version");
        var version = VersionPattern().Match(run.Output);
        if (run.ExitCode is not 0 || !version.Success)
        {
            yield return Finding.Bad($"{tshark.Path} {run.Failure ?? "does not tell its version"}.", "Repair Wireshark: without it nothing else can work.");
            yield break;
        }

        var found = Version.Parse(version.ValueSpan);
        var isKnown = found >= Oldest && found < new Version(Newest.Major, Newest.Minor + 1);
        yield return isKnown
            ? Finding.Good($"Wireshark {found}: {tshark.Path}")
            : Finding.Doubtful(string.Create(CultureInfo.InvariantCulture, $"Wireshark {found} ({tshark.Path}) is none of {Oldest} to {Newest}, for which this is made."));
        yield return run.Output.ReplaceLineEndings(" ").Contains("with Lua", StringComparison.Ordinal)
            ? Finding.Good("It has Lua, which the dissector needs.")
            : Finding.Bad("It was built without Lua: the dissector cannot work.", "Install a Wireshark with Lua, as Wireshark's own and the distributions' are.");
        if (Tshark.FindProgram(host, "wireshark") is null)
        {
            yield return Finding.Doubtful("There is tshark, but not Wireshark with its window.");
        }
    }

    /// <summary>The user's, and the system's if they are known.</summary>
    private List<WiresharkFolders> Places(ReportedFolders? reported)
    {
        var places = new List<WiresharkFolders> { WiresharkFolders.Personal(host, reported) };
        try
        {
            places.Add(WiresharkFolders.Global(host, reported));
        }
        catch (UsageException)
        {
            // there is no Wireshark, which is told by itself
        }

        return places;
    }

    [GeneratedRegex(@"(?<=^TShark \(Wireshark\) )\d+\.\d+(\.\d+)?", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionPattern();
}
