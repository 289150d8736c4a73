using System.Numerics;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// One IP datagram in the making; used again for the next one, with its buffer. Where fragments overlap, the byte that came first stays.
/// </summary>
internal sealed class FragmentedDatagram
{
    /// <summary>Fragments begin at multiples of this (RFC 791 3.2).</summary>
    private const int BlockSize = 8;
    private const int MaxSize = ushort.MaxValue;
    private const int MinBufferSize = 2048;
    private const int BlocksPerWord = 64;

    private readonly ulong[] _present = new ulong[(MaxSize / BlockSize / BlocksPerWord) + 1];
    private byte[] _buffer = [];
    private int _presentBlocks;
    private int _end;
    private int _capturedEnd;
    private bool _isEndKnown;

    public FragmentKey Key { get; private set; }

    public CaptureTime FirstSeen { get; private set; }

    public CaptureTime LastSeen { get; private set; }

    public long FirstFrame { get; private set; }

    /// <summary>The protocol that the fragment at offset 0 named.</summary>
    public byte Protocol { get; private set; }

    /// <summary>Bytes of the datagram that were on the wire so far, rounded up to <see cref="BlockSize"/>.</summary>
    public int PresentBytes => _presentBlocks * BlockSize;

    /// <summary>The payload of the datagram, captured up to its first hole; until this object is used for another datagram.</summary>
    public FrameBytes Payload => new(_buffer.AsSpan(0, Math.Min(_end, _capturedEnd)), _end);

    /// <summary>The bytes in the buffer stay as they are until <see cref="Add"/>, which may still take a fragment from them.</summary>
    public void Restart(FragmentKey key, CaptureTime time, long frame)
    {
        Array.Clear(_present);
        (Key, FirstSeen, LastSeen, FirstFrame) = (key, time, time, frame);
        (_presentBlocks, _end, _capturedEnd, _isEndKnown) = (0, 0, int.MaxValue, false);
    }

    public FragmentOutcome Add(in IpHeader ip, FrameBytes fragment, CaptureTime time)
    {
        var end = ip.FragmentOffset + fragment.WireLength;
        if (fragment.WireLength == 0
            || end > MaxSize
            || (ip.MoreFragments && fragment.WireLength % BlockSize != 0)
            || (_isEndKnown && (end > _end || (end < _end && !ip.MoreFragments)))
            || (!ip.MoreFragments && end < _end))
        {
            return FragmentOutcome.Malformed;
        }

        LastSeen = time;
        if (ip.FragmentOffset == 0)
        {
            Protocol = ip.Protocol;
        }

        _end = Math.Max(_end, end);
        _isEndKnown |= !ip.MoreFragments;
        if (!Keep(ip.FragmentOffset, fragment))
        {
            return FragmentOutcome.Duplicate;
        }

        return _isEndKnown && _presentBlocks == BlocksFor(_end) ? FragmentOutcome.Complete : FragmentOutcome.Incomplete;
    }

    private static int BlocksFor(int bytes) => (bytes + BlockSize - 1) / BlockSize;

    private bool Keep(int offset, FrameBytes fragment)
    {
        var first = offset / BlockSize;
        var count = BlocksFor(fragment.WireLength);
        var fresh = CountAbsent(first, count);
        if (fresh == 0)
        {
            return false;
        }

        GrowTo(offset + fragment.Captured.Length);
        if (fresh == count)
        {
            fragment.Captured.CopyTo(_buffer.AsSpan(offset));
        }
        else
        {
            CopyAbsent(offset, fragment.Captured);
        }

        MarkPresent(first, count);
        _presentBlocks += fresh;
        if (fragment.IsCut)
        {
            _capturedEnd = Math.Min(_capturedEnd, offset + fragment.Captured.Length);
        }

        return true;
    }

    private int CountAbsent(int first, int count)
    {
        var absent = 0;
        for (var block = first; block < first + count; block += BlocksPerWord - (block % BlocksPerWord))
        {
            absent += BitOperations.PopCount(~_present[block / BlocksPerWord] & Mask(block, first + count));
        }

        return absent;
    }

    private void MarkPresent(int first, int count)
    {
        for (var block = first; block < first + count; block += BlocksPerWord - (block % BlocksPerWord))
        {
            _present[block / BlocksPerWord] |= Mask(block, first + count);
        }
    }

    /// <summary>The bits of one word from <paramref name="block"/> to the word's end or to <paramref name="end"/>.</summary>
    private static ulong Mask(int block, int end)
    {
        var from = block % BlocksPerWord;
        var length = Math.Min(BlocksPerWord - from, end - block);
        return (ulong.MaxValue >> (BlocksPerWord - length)) << from;
    }

    private void CopyAbsent(int offset, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i += BlockSize)
        {
            var block = (offset + i) / BlockSize;
            if ((_present[block / BlocksPerWord] & (1UL << (block % BlocksPerWord))) == 0)
            {
                bytes.Slice(i, Math.Min(BlockSize, bytes.Length - i)).CopyTo(_buffer.AsSpan(offset + i));
            }
        }
    }

    private void GrowTo(int size)
    {
        if (size > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(MinBufferSize, (int)BitOperations.RoundUpToPowerOf2((uint)size)));
        }
    }

    public static FragmentedDatagram Keep(StateArchive archive, FragmentedDatagram? datagram)
    {
        datagram ??= new FragmentedDatagram();
        datagram.Keep(archive);
        return datagram;
    }

    private void Keep(StateArchive archive)
    {
        archive.Values<ulong>(_present);
        var bytes = archive.Bytes(_buffer);
        _buffer = archive.IsLoading ? bytes.ToArray() : _buffer;
        (_presentBlocks, _end) = (archive.Value(_presentBlocks), archive.Value(_end));
        (_capturedEnd, _isEndKnown) = (archive.Value(_capturedEnd), archive.Value(_isEndKnown));
        (Key, FirstSeen) = (archive.Value(Key), archive.Value(FirstSeen));
        (LastSeen, FirstFrame) = (archive.Value(LastSeen), archive.Value(FirstFrame));
        Protocol = archive.Value(Protocol);
    }
}
