using CaBridge.Analysis.Packets;

namespace CaBridge.Tests.Captures;

/// <summary>A frame in memory, to be bent. <see cref="Data"/> is shared between bends: never written to.</summary>
internal sealed record CapturedFrame(long UnixNanoseconds, LinkType LinkType, byte[] Data, int OriginalLength);
