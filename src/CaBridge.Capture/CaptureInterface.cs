using CaBridge.Analysis.Packets;

namespace CaBridge.Capture;

/// <summary>Where frames were recorded, as the file describes it; a pcap file has one, without name.</summary>
/// <param name="Name">Such as <c>eth0</c>; <c>null</c> where the file does not tell.</param>
/// <param name="Description">As the system or a person described it; <c>null</c> where the file does not tell.</param>
/// <param name="LinkType">What its frames begin with.</param>
/// <param name="SnapLengthBytes">The most that is kept of a frame; 0 is no limit.</param>
public sealed record CaptureInterface(string? Name, string? Description, LinkType LinkType, int SnapLengthBytes)
{
    /// <summary>
    /// Whether anything here reads the link type: Analysis, which names in <see cref="Analysis.Packets.LinkType"/> those it reads, or
    /// <see cref="OtherEncapsulations"/>. If not, the frames are passed over and counted.
    /// </summary>
    public bool IsRead { get; } = Enum.IsDefined(LinkType) || OtherEncapsulations.Reads(LinkType);
}
