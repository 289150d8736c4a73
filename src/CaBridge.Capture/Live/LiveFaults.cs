using SharpPcap;

namespace CaBridge.Capture.Live;

/// <summary>What went wrong at libpcap, as sentences that say what to do.</summary>
internal static class LiveFaults
{
    public static CaptureException NoLibrary() => new(
        "Live capture needs libpcap, which is not installed: install the package libpcap0.8 (Debian, Ubuntu) or libpcap (Fedora, RHEL).");

    public static CaptureException NoDevice(string name, IEnumerable<string> known) =>
        new($"There is no device '{name}' to capture on; there are {string.Join(", ", known)}.");

    public static CaptureException CannotOpen(string name, PcapException exception) => new(
        exception.Error switch
        {
            PcapError.PermissionDenied or PcapError.PromiscuousPermissionDenied =>
                $"Capturing on '{name}' needs rights: sudo setcap cap_net_raw,cap_net_admin=eip {Environment.ProcessPath}",
            PcapError.InterfaceNotUp => $"'{name}' is down: sudo ip link set {name} up",
            PcapError.NoSuchDevice => $"There is no device '{name}' to capture on.",
            _ => $"'{name}' cannot be captured on: {Sentence(exception.Message)}",
        },
        exception);

    /// <summary>Ends a message of libpcap's, which may be anything, with a full stop.</summary>
    public static string Sentence(string message)
    {
        var text = message.ReplaceLineEndings(" ").Trim();
        return text.Length == 0 ? "libpcap does not say why." : text.EndsWith('.') ? text : text + ".";
    }
}
