using SharpPcap;
using SharpPcap.LibPcap;

namespace CaBridge.Capture.Live;

/// <summary>The devices of this host, or of the network namespace that the calling thread is in.</summary>
public static class CaptureDevices
{
    // pcap.h
    private const uint Loopback = 0x1;
    private const uint Up = 0x2;
    private const uint Running = 0x4;

    /// <summary>All that libpcap can open, those that are down, too, in its order: the likeliest first. Needs no rights.</summary>
    /// <exception cref="CaptureException">libpcap is not installed, or does not answer.</exception>
    public static IReadOnlyList<CaptureDevice> List() => [.. Find().Select(Describe)];

    /// <exception cref="CaptureException">As <see cref="List"/>.</exception>
    internal static IReadOnlyList<PcapInterface> Find()
    {
        Libpcap.Require();
        try
        {
            return PcapInterface.GetAllPcapInterfaces();
        }
        catch (Exception exception) when (exception is PcapException or InvalidOperationException or IOException)
        {
            throw new CaptureException($"The devices of this host cannot be listed: {LiveFaults.Sentence(exception.Message)}", exception);
        }
    }

    private static CaptureDevice Describe(PcapInterface found) => new(
        found.Name,
        string.IsNullOrEmpty(found.Description) ? null : found.Description,
        [.. found.Addresses.Select(address => address.Addr?.ipAddress).OfType<System.Net.IPAddress>()],
        (found.Flags & Loopback) != 0,
        (found.Flags & Up) != 0,
        (found.Flags & Running) != 0);
}
