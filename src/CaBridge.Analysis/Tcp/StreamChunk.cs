namespace CaBridge.Analysis.Tcp;

public enum StreamChunkKind : byte
{
    /// <summary>The next bytes of the direction.</summary>
    Data = 0,

    /// <summary>Bytes that the capture does not have come here.</summary>
    Gap = 1,

    /// <summary>FIN: the direction is complete.</summary>
    End = 2,

    /// <summary>RST: both directions are over.</summary>
    Reset = 3,
}

/// <summary>One event of a connection's two byte streams, in an order in which every byte comes after what it acknowledges.</summary>
public readonly ref struct StreamChunk
{
    public StreamChunkKind Kind { get; init; }

    /// <summary>Which end sent it: the index of the endpoint in its <see cref="TcpConnection"/>, 0 or 1.</summary>
    public int Side { get; init; }

    /// <summary>Valid until the connection is asked again.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Gap: how many bytes are missing; 0 where nothing tells (a step in the sequence numbers that no window allows).</summary>
    public int MissingBytes { get; init; }

    /// <summary>Data: bytes after <see cref="Bytes"/> that the snap length cut away.</summary>
    public int CutBytes { get; init; }

    /// <summary>Capture time of the packet that made these bytes the next in order.</summary>
    public CaptureTime Time { get; init; }

    /// <summary>That packet's frame.</summary>
    public long Frame { get; init; }
}
