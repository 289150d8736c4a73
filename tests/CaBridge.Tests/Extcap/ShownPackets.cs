using System.Buffers.Binary;
using System.Text;

namespace CaBridge.Tests.Extcap;

/// <summary>Packets of a pcapng stream with their comments, which the reader of captures passes over.</summary>
internal static class ShownPackets
{
    private const uint EnhancedPacket = 6;
    private const ushort Comment = 1;
    private const int MaxBlockBytes = 256 * 1024;

    public static List<(string Data, string Comment)> Read(ReadOnlySpan<byte> bytes)
    {
        var packets = new List<(string, string)>();
        while (!bytes.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
            Assert.That(length, Is.LessThanOrEqualTo(MaxBlockBytes));
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) == EnhancedPacket)
            {
                var captured = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]);
                var options = bytes[(28 + ((captured + 3) & ~3))..(length - 4)];
                packets.Add((Convert.ToHexString(bytes.Slice(28, captured)), CommentIn(options)));
            }

            bytes = bytes[length..];
        }

        return packets;
    }

    private static string CommentIn(ReadOnlySpan<byte> options) => options.Length >= 4 && BinaryPrimitives.ReadUInt16LittleEndian(options) == Comment
        ? Encoding.UTF8.GetString(options.Slice(4, BinaryPrimitives.ReadUInt16LittleEndian(options[2..])))
        : "";
}
