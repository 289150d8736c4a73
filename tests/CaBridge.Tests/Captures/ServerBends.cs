using System.Buffers.Binary;

namespace CaBridge.Tests.Captures;

/// <summary>Captures in which one server behaves as it did not.</summary>
internal static class ServerBends
{
    private const int SourceOffset = 12;
    private const int DestinationOffset = 16;

    /// <summary>
    /// All that a host sends and is sent takes so many times as long: only its latencies grow, and its frames stay in their order, as no server
    /// answers before it is asked and nobody acknowledges what has not come.
    /// </summary>
    /// <param name="host">The 32-bit number of an IPv4 address.</param>
    public static IEnumerable<CapturedFrame> Slowed(IReadOnlyList<CapturedFrame> frames, uint host, double factor)
    {
        var start = frames[0].UnixNanoseconds;
        return frames
            .Select(frame => IsOf(frame, host) ? frame with { UnixNanoseconds = start + (long)((frame.UnixNanoseconds - start) * factor) } : frame)
            .OrderBy(frame => frame.UnixNanoseconds);
    }

    /// <summary>The host has another address.</summary>
    public static IEnumerable<CapturedFrame> Moved(IReadOnlyList<CapturedFrame> frames, uint host, uint to) => frames.Select(frame =>
    {
        if (!IsOf(frame, host))
        {
            return frame;
        }

        var moved = frame with { Data = [.. frame.Data] };
        var ip = FrameLayout.IPv4(moved);
        foreach (var offset in (int[])[SourceOffset, DestinationOffset])
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(ip[offset..]) == host)
            {
                BinaryPrimitives.WriteUInt32BigEndian(ip[offset..], to);
            }
        }

        return moved;
    });

    /// <summary>The host hangs from the given frame on; what clients would acknowledge of it is left out, too.</summary>
    public static IEnumerable<CapturedFrame> Silenced(IReadOnlyList<CapturedFrame> frames, uint host, int from) =>
        frames.Where((frame, i) => i < from || !IsOf(frame, host));

    private static bool IsOf(CapturedFrame frame, uint host)
    {
        if (!FrameLayout.IsIPv4(frame))
        {
            return false;
        }

        var ip = FrameLayout.IPv4(frame);
        return BinaryPrimitives.ReadUInt32BigEndian(ip[SourceOffset..]) == host || BinaryPrimitives.ReadUInt32BigEndian(ip[DestinationOffset..]) == host;
    }
}
