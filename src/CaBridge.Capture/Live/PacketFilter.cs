using CaBridge.Analysis.Packets;
using SharpPcap.LibPcap;
using LinkLayers = PacketDotNet.LinkLayers;

namespace CaBridge.Capture.Live;

/// <summary>A BPF filter for packets that no kernel filters any more. Compiled for each link type when its first packet comes; one thread at a time.</summary>
public sealed class PacketFilter : IDisposable
{
    private readonly string _text;
    private readonly Dictionary<LinkType, BpfProgram?> _programs = [];

    /// <param name="text">As of pcap-filter(7); not empty.</param>
    /// <exception cref="CaptureException">It is no filter for Ethernet, which has all that a filter may ask for, or libpcap is not installed.</exception>
    public PacketFilter(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        CaptureFilter.Validate(text, LinkType.Ethernet);
        _text = text;
    }

    /// <summary>Where a link type has nothing that the filter asks for, as VLANs, none of its packets match.</summary>
    public bool Matches(in Packet packet)
    {
        if (!_programs.TryGetValue(packet.LinkType, out var program))
        {
            program = BpfProgram.TryCreate((LinkLayers)(int)packet.LinkType, _text);
            _programs.Add(packet.LinkType, program);
        }

        return program is not null && Libpcap.Matches(program.DangerousGetHandle(), packet.Data, packet.OriginalLength);
    }

    public void Dispose()
    {
        foreach (var program in _programs.Values)
            program?.Dispose();
    }
}
