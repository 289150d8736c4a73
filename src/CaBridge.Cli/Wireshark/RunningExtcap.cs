using System.Globalization;

namespace CaBridge.Cli.Wireshark;

/// <summary>Whether the capture program runs, is listed by Wireshark, and may capture.</summary>
internal sealed class RunningExtcap(Host host, Payload payload, Tshark? tshark, IReadOnlyList<WiresharkFolders> places, ReportedFolders? reported)
{
    private const string HostInterface = "{value=cabridge}";
    private const string ListedInterface = " cabridge (";

    /// <summary>Wireshark starts every capture program, one after the other, before it shows anything.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    public IEnumerable<Finding> Findings()
    {
        var path = places
            .Select(place => host.Join(place.ReadExtcap(reported), host.Program(Payload.ExtcapName)))
            .FirstOrDefault(file => File.Exists(FileState.Resolve(file)));
        if (path is null)
        {
            return [];
        }

        return Start(path).Concat(tshark is null ? [] : Listing(tshark)).Concat(host.System is WiresharkSystem.Linux ? Rights(path) : []);
    }

    private IEnumerable<Finding> Start(string path)
    {
        var run = BoundedRun.Of(path, "--extcap-interfaces", "--extcap-version=4.0");
        var took = string.Create(CultureInfo.InvariantCulture, $"{run.Took.TotalMilliseconds:F0} ms");
        if (run.ExitCode is not 0 || !run.Output.Contains(HostInterface, StringComparison.Ordinal))
        {
            yield return Finding.Bad(
                $"The capture program {run.Failure ?? (run.ExitCode is 0 ? "names no interface" : $"ends with {run.ExitCode}")}{After(run.Errors)}.",
                payload.HasExtcap ? "cabridge wireshark install --force puts the one there that belongs to this program." : "cabridge wireshark install --extcap FILE");
            yield break;
        }

        yield return run.Took < Slow
            ? Finding.Good($"The capture program starts in {took}.")
            : Finding.Doubtful($"The capture program takes {took} to start: Wireshark waits for that several times.");
    }

    private static IEnumerable<Finding> Listing(Tshark tshark)
    {
        var run = tshark.Run("-D");
        yield return run.Output.Contains(ListedInterface, StringComparison.Ordinal)
            ? Finding.Good("Wireshark lists its interfaces.")
            : Finding.Bad(
                $"Wireshark does not list the interface 'cabridge'{(run.Failure is { } failure ? $": tshark -D {failure}" : After(run.Errors))}.",
                $"See what {tshark.Path} -D says.");
    }

    /// <summary>The last line that is a reason: tshark tells root each time that it is root.</summary>
    private static string After(string errors) => errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .LastOrDefault(line => !line.StartsWith("Running as user", StringComparison.Ordinal)) is { } text ? $": {text}" : "";

    private IEnumerable<Finding> Rights(string path)
    {
        if (Environment.IsPrivilegedProcess)
        {
            yield return Finding.Good("Root may capture.");
            yield break;
        }

        var file = FileState.Resolve(path) ?? path;
        yield return FileCapabilities.MayCapture(file)
            ? Finding.Good("The capture program has the right to capture.")
            : Finding.Doubtful(
                "The capture program has not the right to capture on this host; an analysis server's traffic it shows without.",
                FileCapabilities.Advice(file));

        if (Tshark.FindProgram(host, "dumpcap") is { } dumpcap)
        {
            yield return BoundedRun.Of(dumpcap, "--version") is { ExitCode: 0 }
                ? Finding.Good($"This user may start {dumpcap}, which Wireshark captures with.")
                : Finding.Bad(
                    $"This user may not start {dumpcap}, which Wireshark needs for every capture.",
                    "sudo usermod -a -G wireshark \"$USER\", then log in again.");
        }
    }
}
