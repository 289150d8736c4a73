using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Tests.Capture;

namespace CaBridge.Tests.Captures;

/// <summary>An interface of a pcapng file whose interfaces have little in common.</summary>
/// <param name="LinkType">What its frames begin with.</param>
/// <param name="Link">The link header before each IP packet.</param>
/// <param name="Digits">Decimal digits of the resolution of its time stamps, at least 9.</param>
/// <param name="OffsetSeconds">What is to be added to its time stamps.</param>
internal sealed record MixedPort(LinkType LinkType, byte[] Link, byte Digits, long OffsetSeconds)
{
    private const ushort ResolutionOption = 9;
    private const ushort OffsetOption = 14;

    public static IReadOnlyList<MixedPort> All { get; } =
    [
        new(LinkType.Ethernet, [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0], 9, 0),
        new(LinkType.Raw, [], 9, 1_000_000_000),
        new(LinkType.Ethernet, [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 7, 0x08, 0], 10, 1_700_000_000),
        new(LinkType.LinuxSll, [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0], 9, -5),
        new(LinkType.LinuxSll2, [0x08, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], 12, 1_790_000_000),
        new(LinkType.Null, [2, 0, 0, 0], 9, 0),
        new(LinkType.IPv4, [], 11, 1_750_000_000),
    ];

    public byte[] Options(PcapngBlocks blocks) =>
        [.. blocks.Option(ResolutionOption, Digits), .. blocks.Option(OffsetOption, blocks.U64((ulong)OffsetSeconds)), .. blocks.Option(0)];

    public void Write(PcapngBlocks blocks, uint index, CapturedFrame frame)
    {
        const int NanosecondDigits = 9;
        var ticks = frame.UnixNanoseconds - (OffsetSeconds * CaptureDuration.NanosecondsPerSecond);
        for (var digit = NanosecondDigits; digit < Digits; digit++)
            ticks *= 10;
        var packet = HeaderBends.OnLink(frame, LinkType, Link);
        blocks.Packet(index, (ulong)ticks, packet.Data, (uint)packet.OriginalLength);
    }
}
