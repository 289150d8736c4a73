namespace CaBridge.Analysis.Packets;

/// <summary>What <see cref="PacketParser.Parse"/> found in a frame.</summary>
public enum PacketKind
{
    /// <summary>A TCP segment, data or not.</summary>
    Tcp,

    /// <summary>A UDP datagram, whole or, if its frames were cut, as far as it was kept.</summary>
    Udp,

    /// <summary>An IP fragment that was kept; its datagram still lacks others.</summary>
    Fragment,

    /// <summary>A UDP datagram or an IP fragment that was recorded before; TCP segments are never called so here.</summary>
    Duplicate,

    /// <summary>Neither TCP nor UDP (ARP, ICMP, SCTP…), or a frame that the snap length cut within its headers.</summary>
    Other,

    /// <summary>Headers that contradict themselves, each other or the length of the frame.</summary>
    Malformed,
}
