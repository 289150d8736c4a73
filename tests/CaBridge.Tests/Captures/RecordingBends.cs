namespace CaBridge.Tests.Captures;

/// <summary>Captures as a worse recording would have them: frames missing, cut, doubled, or in another order.</summary>
internal static class RecordingBends
{
    /// <summary>Leaves out frames, and what sent the same bytes again: a repetition would tell a later time than is true.</summary>
    public static IEnumerable<CapturedFrame> Without(IReadOnlyList<CapturedFrame> frames, double share, int seed)
    {
        var random = new Random(seed);
        var missing = frames.Where(_ => random.NextDouble() < share).ToHashSet();
        var bytes = missing.Select(FrameLayout.TcpBytes).Where(sent => sent.Length > 0).ToLookup(sent => sent.Direction);
        return frames.Where(frame => !missing.Contains(frame) && !bytes[FrameLayout.TcpBytes(frame).Direction].Any(FrameLayout.TcpBytes(frame).Overlaps));
    }

    /// <summary>As a SPAN port of both directions records.</summary>
    public static IEnumerable<CapturedFrame> Doubled(IEnumerable<CapturedFrame> frames, long laterNanoseconds)
    {
        CapturedFrame[] once = [.. frames];
        return Together(once, Later(once, laterNanoseconds));
    }

    /// <summary>As <c>tcpdump -s</c> records.</summary>
    public static IEnumerable<CapturedFrame> Snapped(IEnumerable<CapturedFrame> frames, int snapLengthBytes) =>
        frames.Select(frame => frame.Data.Length <= snapLengthBytes ? frame : frame with { Data = frame.Data[..snapLengthBytes] });

    /// <summary>In disorder within blocks of so many frames; every frame keeps its time.</summary>
    public static IEnumerable<CapturedFrame> Shuffled(IEnumerable<CapturedFrame> frames, int blockFrames, int seed)
    {
        var random = new Random(seed);
        return frames.Chunk(blockFrames).SelectMany(block =>
        {
            random.Shuffle(block);
            return block;
        });
    }

    /// <summary>Some frames change places with the next one, but not their times: nothing in the recording tells of it.</summary>
    public static IReadOnlyList<CapturedFrame> Swapped(IReadOnlyList<CapturedFrame> frames, double share, int seed)
    {
        var random = new Random(seed);
        CapturedFrame[] swapped = [.. frames];
        for (var i = 1; i < swapped.Length; i += 2)
        {
            if (random.NextDouble() < share)
            {
                (swapped[i - 1], swapped[i]) = (
                    swapped[i] with { UnixNanoseconds = swapped[i - 1].UnixNanoseconds },
                    swapped[i - 1] with { UnixNanoseconds = swapped[i].UnixNanoseconds });
            }
        }

        return swapped;
    }

    /// <summary>Two recordings as one, in the order of time.</summary>
    public static IEnumerable<CapturedFrame> Together(IEnumerable<CapturedFrame> first, IEnumerable<CapturedFrame> second) =>
        first.Concat(second).OrderBy(frame => frame.UnixNanoseconds);

    public static IEnumerable<CapturedFrame> Later(IEnumerable<CapturedFrame> frames, long laterNanoseconds) =>
        frames.Select(frame => frame with { UnixNanoseconds = frame.UnixNanoseconds + laterNanoseconds });
}
