namespace CaBridge.Extcap.Annotation;

/// <summary>
/// What number a packet has in Wireshark. Packets are analyzed by the order in which they came, and shown by the order in which they were written:
/// those that the user does not want to see have no number. The latest million are remembered.
/// </summary>
internal sealed class FrameNumbers
{
    private const int Remembered = 1 << 20;

    private readonly uint[] _shown = new uint[Remembered];

    /// <summary>Packets that came, which is the frame number of the latest one for the analysis.</summary>
    public long Seen { get; private set; }

    /// <summary>Packets that were written, which is the number of the latest one in Wireshark.</summary>
    public uint Shown { get; private set; }

    /// <summary>A packet has come; until <see cref="Show"/> it is not shown.</summary>
    public long Take()
    {
        _shown[++Seen & (Remembered - 1)] = 0;
        return Seen;
    }

    /// <summary>The latest packet is written.</summary>
    public void Show() => _shown[Seen & (Remembered - 1)] = ++Shown;

    /// <returns>0 for a packet that is not shown, or was too long ago.</returns>
    public uint ShownAs(long seen) => seen > 0 && seen > Seen - Remembered ? _shown[seen & (Remembered - 1)] : 0;
}
