using System.Globalization;

namespace CaBridge.Cli.Live;

/// <summary>Whether this process may capture: devices are listed without any right.</summary>
internal static class CaptureRights
{
    /// <summary>CAP_NET_RAW, capabilities(7).</summary>
    private const int NetRaw = 13;
    private const string EffectiveField = "CapEff:";

    /// <summary>For whom lacks them; as a live capture says it of a device.</summary>
    public static string Sentence => $"Capturing needs rights: sudo setcap cap_net_raw,cap_net_admin=eip {Environment.ProcessPath}";

    /// <returns>True also where the system does not tell.</returns>
    public static bool AreThere()
    {
        try
        {
            return AreIn(File.ReadLines("/proc/self/status"));
        }
        catch (IOException)
        {
            // no /proc: opening a device will tell
            return true;
        }
    }

    /// <param name="status">Lines of <c>/proc/PID/status</c>.</param>
    internal static bool AreIn(IEnumerable<string> status)
    {
        var effective = status.FirstOrDefault(line => line.StartsWith(EffectiveField, StringComparison.Ordinal));
        return effective is null
            || !ulong.TryParse(effective.AsSpan(EffectiveField.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var capabilities)
            || (capabilities & (1UL << NetRaw)) != 0;
    }
}
