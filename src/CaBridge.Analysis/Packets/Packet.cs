namespace CaBridge.Analysis.Packets;

/// <summary>
/// One recorded frame: a view over the reader's buffer, valid until the reader is asked for the next one.
/// </summary>
/// <param name="time">When the capture saw it.</param>
/// <param name="frame">Its number, from 1, in the order of the file (over several files, in the order of time), as Wireshark and mergecap number.</param>
/// <param name="linkType">What <paramref name="data"/> begins with.</param>
/// <param name="data">The bytes that were kept.</param>
/// <param name="originalLength">The bytes that were on the wire; more than <paramref name="data"/> has where a snap length cut it.</param>
/// <param name="interfaceIndex">Which interface of the reader's list recorded it.</param>
public readonly ref struct Packet(CaptureTime time, long frame, LinkType linkType, ReadOnlySpan<byte> data, int originalLength, int interfaceIndex = 0)
{
    public CaptureTime Time { get; } = time;

    public long Frame { get; } = frame;

    public LinkType LinkType { get; } = linkType;

    public ReadOnlySpan<byte> Data { get; } = data;

    public int OriginalLength { get; } = originalLength;

    public int InterfaceIndex { get; } = interfaceIndex;
}
