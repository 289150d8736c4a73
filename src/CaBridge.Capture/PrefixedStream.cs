namespace CaBridge.Capture;

/// <summary>Reads <paramref name="inner"/> from its beginning though some bytes were looked at before, and counts. Owns it.</summary>
internal sealed class PrefixedStream(Stream inner) : Stream
{
    private byte[] _prefix = [];
    private int _prefixUsed;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>The first bytes, without reading them; fewer if there are no more. Before the first read, once.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        _prefix = new byte[count];
        var length = inner.ReadAtLeast(_prefix, count, throwOnEndOfStream: false);
        Array.Resize(ref _prefix, length);
        return _prefix;
    }

    public override int Read(Span<byte> buffer)
    {
        int read;
        if (_prefixUsed < _prefix.Length)
        {
            read = Math.Min(buffer.Length, _prefix.Length - _prefixUsed);
            _prefix.AsSpan(_prefixUsed, read).CopyTo(buffer);
            _prefixUsed += read;
        }
        else
        {
            read = inner.Read(buffer);
        }

        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
