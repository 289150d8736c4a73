using System.Text.RegularExpressions;

namespace CaBridge.Cli.Wireshark;

/// <summary>Whether Wireshark takes the dissector, and no other one for the same protocol.</summary>
internal sealed partial class LoadedDissector(Tshark tshark, IReadOnlyList<WiresharkFolders> places)
{
    private const string LuaMark = "lua script";

    public IEnumerable<Finding> Findings()
    {
        var run = tshark.Run("-G", "plugins");
        if (run.ExitCode is not 0)
        {
            yield return Finding.Bad($"{tshark.Path} -G plugins {run.Failure ?? $"ended with {run.ExitCode}"}.", "Repair Wireshark: without it nothing else can work.");
            yield break;
        }

        var scripts = run.Output.Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.Contains(LuaMark, StringComparison.Ordinal))
            .Select(line => line[(line.LastIndexOf('\t') + 1)..])
            .ToList();
        var own = Payload.PluginNames.SelectMany(name => places.Select(place => Path.Combine(place.Plugins, name))).Where(File.Exists).ToList();
        foreach (var path in own)
        {
            // Lua leaves out the beginning of a long path
            var complaint = run.Errors.Split('\n', StringSplitOptions.TrimEntries)
                .FirstOrDefault(line => line.Contains($"{Path.GetFileName(path)}:", StringComparison.Ordinal));
            yield return complaint is null && scripts.Contains(path, StringComparer.Ordinal)
                ? Finding.Good($"Wireshark loads it: {path}")
                : Finding.Bad($"Wireshark does not load the dissector: {complaint ?? path}", "cabridge wireshark install --force puts the one there that belongs to this program.");
        }

        foreach (var other in scripts.Except(own, StringComparer.Ordinal).Where(IsForChannelAccess))
        {
            yield return Finding.Doubtful($"Another dissector for Channel Access is loaded, too: {other}", "Keep one of the two.");
        }
    }

    private static bool IsForChannelAccess(string path)
    {
        try
        {
            return ChannelAccessProtocol().IsMatch(File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Wireshark has read it, this user may not: nothing is known of it
            return false;
        }
    }

    [GeneratedRegex("""\bProto\s*[({]\s*["'](ca|cabridge|caproto)["']""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ChannelAccessProtocol();
}
