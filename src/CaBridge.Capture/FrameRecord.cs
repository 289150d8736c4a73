using System.Runtime.InteropServices;
using CaBridge.Analysis.Packets;

namespace CaBridge.Capture;

/// <summary>A frame found in the input, before it is handed over.</summary>
/// <remarks><see cref="Offset"/> counts from the parsed record as a format gives it, and from the buffer's first byte later.</remarks>
[StructLayout(LayoutKind.Auto)]
internal struct FrameRecord
{
    public long UnixNanoseconds;
    public long Frame;
    public int Offset;
    public int CapturedLength;
    public int OriginalLength;
    public int InterfaceIndex;
    public LinkType LinkType;
}
