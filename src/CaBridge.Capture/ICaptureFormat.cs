namespace CaBridge.Capture;

/// <summary>What a format found at the beginning of the unread bytes.</summary>
internal enum ScanStep
{
    /// <summary>A frame.</summary>
    Frame,

    /// <summary>Something complete that holds no frame to hand over.</summary>
    PassedOver,

    /// <summary>The beginning of something; more bytes tell what.</summary>
    Incomplete,

    /// <summary>Nothing that could be followed any further; the problem is in the log.</summary>
    Broken,
}

/// <summary>One file format, without its input: told the unread bytes, tells what they begin with.</summary>
internal interface ICaptureFormat
{
    string Name { get; }

    IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <summary>Frames seen so far, those passed over included: the number of the last one.</summary>
    long LastFrame { get; }

    /// <param name="unread">The input from the next record on.</param>
    /// <param name="byteOffset">Where in the input <paramref name="unread"/> begins.</param>
    /// <param name="record">Filled only for <see cref="ScanStep.Frame"/>; its offset counts from the beginning of <paramref name="unread"/>.</param>
    /// <param name="length">Bytes that the record takes; of an incomplete one, how many bytes are needed to go on.</param>
    ScanStep Next(ReadOnlySpan<byte> unread, long byteOffset, ref FrameRecord record, out int length);
}
