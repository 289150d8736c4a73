namespace CaBridge.Analysis;

/// <summary>What a packet was to its analyzer; <c>default</c> for one that is no whole TCP segment or UDP datagram.</summary>
/// <param name="PayloadBytes">What the segment or datagram carried.</param>
/// <param name="IsChannelAccess">Whether it is known to belong to Channel Access; the first packets of a circuit are not yet.</param>
public readonly record struct PacketRole(Endpoint Source, Endpoint Destination, int PayloadBytes, bool IsChannelAccess);
