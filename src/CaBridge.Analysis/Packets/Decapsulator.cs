namespace CaBridge.Analysis.Packets;

/// <summary>
/// Finds the IP packet in a frame whose encapsulation Analysis does not read itself. The result is a view into <paramref name="frame"/> or
/// into a buffer that stays valid until the next call.
/// </summary>
/// <returns>Whether there is an IPv4 or IPv6 packet in it.</returns>
public delegate bool Decapsulator(LinkType linkType, ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> ip);
