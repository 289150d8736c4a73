namespace CaBridge.Capture;

/// <summary>
/// The one buffer of a reader. From its beginning: frames that are held back, then bytes not parsed yet, then room. Nothing in it moves but in
/// <see cref="MakeRoom"/>.
/// </summary>
internal sealed class InputBuffer(CaptureSource source, int capacityBytes)
{
    /// <summary>As far as the buffer grows to hold back more frames.</summary>
    public const int MaxWindowBytes = 16 * 1024 * 1024;

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacityBytes);
    private int _end;

    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(Position, _end - Position);

    /// <summary>Where in the buffer <see cref="Unread"/> begins.</summary>
    public int Position { get; private set; }

    /// <summary>Where in the (unpacked) input <see cref="Unread"/> begins.</summary>
    public long ByteOffset { get; private set; }

    /// <summary>Whether <see cref="Unread"/> is all that will ever come.</summary>
    public bool Ended { get; private set; }

    public bool HasRoom => _end < _bytes.Length;

    public ReadOnlySpan<byte> Slice(int offset, int length) => _bytes.AsSpan(offset, length);

    public void Consume(int length)
    {
        Position += length;
        ByteOffset += length;
    }

    /// <summary>One read; there must be room.</summary>
    public void Fill()
    {
        var read = source.Read(_bytes.AsSpan(_end));
        Ended = read == 0;
        _end += read;
    }

    /// <summary>Reads on until there are <paramref name="count"/> unread bytes, or no more; for headers, while no frame is held.</summary>
    public bool TryEnsure(int count)
    {
        while (Unread.Length < count && !Ended)
        {
            if (!HasRoom)
                MakeRoom([], count);
            Fill();
        }

        return Unread.Length >= count;
    }

    /// <summary>Moves what is still wanted to the beginning, and grows if that does not give much.</summary>
    /// <param name="held">In the order of their offsets, which are moved along.</param>
    /// <param name="neededBytes">How long <see cref="Unread"/> must be able to become once nothing is held; bounded by the caller.</param>
    /// <returns>Whether there is room now; if not, frames have to be handed over first.</returns>
    public bool MakeRoom(Span<FrameRecord> held, int neededBytes)
    {
        var end = 0;
        foreach (ref var record in held)
        {
            Buffer.BlockCopy(_bytes, record.Offset, _bytes, end, record.CapturedLength);
            record.Offset = end;
            end += record.CapturedLength;
        }

        var unread = Unread.Length;
        Buffer.BlockCopy(_bytes, Position, _bytes, end, unread);
        Position = end;
        _end = end + unread;

        if (held.IsEmpty ? neededBytes > _bytes.Length : IsTight && _bytes.Length < MaxWindowBytes)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        return held.IsEmpty || !IsTight;
    }

    // with less room than this, moving would cost more than reading
    private bool IsTight => _bytes.Length - _end < _bytes.Length / 4;
}
