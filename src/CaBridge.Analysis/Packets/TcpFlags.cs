namespace CaBridge.Analysis.Packets;

/// <summary>The control bits of a TCP header (RFC 9293 3.1); the bits of congestion notification are left out.</summary>
[Flags]
public enum TcpFlags : byte
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Rst = 4,
    Psh = 8,
    Ack = 16,
    Urg = 32,
}
