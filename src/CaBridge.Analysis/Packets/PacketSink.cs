namespace CaBridge.Analysis.Packets;

/// <summary>Takes a packet. It is a view that ends with the call: what is needed later is copied.</summary>
public delegate void PacketSink(in Packet packet);
