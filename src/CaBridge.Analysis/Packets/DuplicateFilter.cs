using System.Buffers.Binary;
using CaBridge.Analysis.State;

namespace CaBridge.Analysis.Packets;

/// <summary>
/// Recognises a UDP datagram that was recorded twice, by a SPAN port or by several interfaces: the same endpoints, IP id and payload within 10 ms.
/// Link layer, TTL and checksums may differ. The time lies below the 20 ms after which rsrv repeats its first beacon with the same beacon id.
/// Without an IP id (IPv6, and IPv4 senders that leave it 0) only 5 µs tell a second recording from a datagram that was sent again.
/// </summary>
internal sealed class DuplicateFilter
{
    private const int Capacity = 256;

    // bits without a pattern: the digits of π and e
    private const ulong Pi = 0x243F_6A88_85A3_08D3;
    private const ulong E = 0xB7E1_5162_8AED_2A6B;

    private static readonly CaptureDuration Window = CaptureDuration.FromMilliseconds(10);

    private static readonly CaptureDuration WindowWithoutId = new(5_000);

    // one entry a datagram; a hash is never 0
    private readonly ulong[] _hashes = new ulong[Capacity];
    private readonly CaptureTime[] _times = new CaptureTime[Capacity];
    private int _next;

    /// <summary>Remembers the datagram unless it is a duplicate; of several recordings the first one's time counts.</summary>
    public bool IsDuplicate(in UdpDatagram datagram)
    {
        var hash = Hash(datagram);
        var known = Array.IndexOf(_hashes, hash);
        if (known >= 0)
        {
            var apart = datagram.Time - _times[known];
            var window = datagram.IpId == 0 ? WindowWithoutId : Window;
            if (apart <= window && apart.Nanoseconds >= -window.Nanoseconds)
            {
                return true;
            }

            _hashes[known] = 0;
        }

        _hashes[_next] = hash;
        _times[_next] = datagram.Time;
        _next = (_next + 1) % Capacity;
        return false;
    }

    private static ulong Hash(in UdpDatagram datagram)
    {
        var first = Mix(Pi ^ datagram.IpId, ((ulong)datagram.Source.Port << 48) | ((ulong)datagram.Destination.Port << 32) | (uint)datagram.PayloadLength);
        var second = Mix(E ^ (ulong)datagram.Source.Address, (ulong)datagram.Destination.Address);
        if (!datagram.Source.IsIPv4)
        {
            second = Mix(second ^ (ulong)(datagram.Source.Address >> 64), (ulong)(datagram.Destination.Address >> 64));
        }

        var payload = datagram.Payload;
        while (payload.Length >= 4 * sizeof(ulong))
        {
            first = Mix(first ^ Word(payload, 0), Word(payload, 1));
            second = Mix(second ^ Word(payload, 2), Word(payload, 3));
            payload = payload[(4 * sizeof(ulong))..];
        }

        while (payload.Length >= sizeof(ulong))
        {
            first = Mix(first, Word(payload, 0));
            payload = payload[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (var octet in payload)
        {
            rest = (rest << 8) | octet;
        }

        return Mix(first ^ rest, second) | 1;
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(index * sizeof(ulong))..]);

    /// <summary>Folds the 128-bit product; the constants keep a run of zeros from ending in zero.</summary>
    private static ulong Mix(ulong left, ulong right)
    {
        var high = Math.BigMul(left ^ Pi, right ^ E, out var low);
        return high ^ low;
    }

    public void Keep(StateArchive archive)
    {
        archive.Values<ulong>(_hashes);
        archive.Values<CaptureTime>(_times);
        _next = archive.Value(_next);
    }
}
