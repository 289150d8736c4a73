using System.Buffers;
using System.Buffers.Binary;
using CaBridge.Analysis.Packets;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Messages of datagrams, and which datagrams are Channel Access at all.</summary>
internal sealed class DatagramReader(LearnedEndpoints learned, AnomalyLog anomalies)
{
    private const uint MaxMinorVersion = 63;
    private const ushort DontReply = 5;
    private const ushort DoReply = 10;

    /// <summary>
    /// Whether a datagram is Channel Access: its first message has a form that datagrams have, and the port is the protocol's or learned; at
    /// any other port all of it must be searches, replies or one beacon.
    /// </summary>
    public bool IsChannelAccess(in UdpDatagram datagram)
    {
        if (CaHeader.TryRead(datagram.Payload, out var header) != OperationStatus.Done || !IsPossible(header, datagram))
        {
            return false;
        }

        var rest = datagram.Payload[header.Length..];
        if (learned.IsDatagramEndpoint(datagram.Source) || learned.IsDatagramEndpoint(datagram.Destination))
        {
            return CaRecognizer.HasPlausibleText(header, rest) && (!IsBare(header) || datagram.PayloadLength == CaHeader.Size);
        }

        return SpeaksForItself(datagram);
    }

    /// <summary>Takes the next message off a datagram's payload. What cannot be one ends the datagram and is counted.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> payload, in UdpDatagram datagram, out CaMessage message)
    {
        message = default;
        if (payload.IsEmpty)
        {
            return false;
        }

        var cut = datagram.PayloadLength > datagram.Payload.Length;
        var status = CaHeader.TryRead(payload, out var header);
        if (status == OperationStatus.Done && IsPossible(header, datagram) && header.MessageLength <= payload.Length)
        {
            message.Header = header;
            message.Payload = payload.Slice(header.Length, (int)header.PayloadSize);
            message.HasGap = false;
            payload = payload[(int)header.MessageLength..];
            return true;
        }

        if (!cut)
        {
            anomalies.Add(AnomalyKind.MessageMalformed, datagram.Frame, payload.Length);
        }

        payload = default;
        return false;
    }

    /// <summary>Where a search reply or a beacon says that circuits are accepted: p1 or p2 has the address, or stands for the sender's own.</summary>
    public static Endpoint Advertised(uint address, ushort port, Endpoint sender) =>
        address is 0 or uint.MaxValue ? sender with { Port = port } : Endpoint.FromIPv4(address, port);

    /// <summary>Whether a SEARCH asks; else it answers.</summary>
    public static bool IsSearchRequest(in CaHeader search) =>
        search.PayloadSize > 0 && search.DataType is DontReply or DoReply && search.Parameter1 == search.Parameter2;

    private static bool IsPossible(in CaHeader header, in UdpDatagram datagram) => CaHeaderForm.IsPossible(header) && header.Command switch
    {
        CaCommand.Version => header is { PayloadSize: 0, DataCount: <= MaxMinorVersion, Parameter2: 0 },
        CaCommand.Search => IsRequest(header) || IsReply(header),
        CaCommand.Error => header.PayloadSize >= CaHeader.Size,
        CaCommand.RsrvIsUp => header is { PayloadSize: 0, DataType: <= (ushort)MaxMinorVersion } && datagram.Payload.Length >= CaHeader.Size,
        CaCommand.NotFound => header.Parameter1 == header.Parameter2 && header.DataType is DontReply or DoReply,
        CaCommand.RepeaterConfirm or CaCommand.RepeaterRegister => header is { PayloadSize: 0, DataType: 0, DataCount: 0, Parameter1: 0 },
        CaCommand.Echo => IsEmpty(header),
        _ => false,
    };

    private static bool IsRequest(in CaHeader header) =>
        header.PayloadSize is > 0 and <= CaHeaderForm.MaxNameBytes && header.DataType is DontReply or DoReply
        && header.Parameter1 == header.Parameter2 && header.DataCount <= MaxMinorVersion;

    private static bool IsReply(in CaHeader header) => header is { PayloadSize: 0 or 8, DataCount: 0 };

    /// <summary>All zeros: what libca sends itself and the repeater sends to find out who lives, alone in its datagram.</summary>
    private static bool IsBare(in CaHeader header) => header.Command == CaCommand.Version && IsEmpty(header);

    private static bool IsEmpty(in CaHeader header) =>
        header is { PayloadSize: 0, DataType: 0, DataCount: 0, Parameter1: 0, Parameter2: 0 };

    /// <summary>libca ends its receiving thread by sending itself an empty VERSION (<c>udpiiu.cpp</c>, <c>shutdown</c>).</summary>
    private static bool IsWakeUp(in UdpDatagram datagram) =>
        datagram.Source == datagram.Destination && datagram.PayloadLength == CaHeader.Size && !datagram.Payload.ContainsAnyExcept((byte)0);

    private static bool SpeaksForItself(in UdpDatagram datagram)
    {
        var payload = datagram.Payload;
        var evidence = IsWakeUp(datagram);
        while (CaHeader.TryRead(payload, out var header) == OperationStatus.Done)
        {
            if (!IsPossible(header, datagram) || header.MessageLength > payload.Length)
            {
                return false;
            }

            var rest = payload.Slice(header.Length, (int)header.PayloadSize);
            evidence |= header.Command switch
            {
                CaCommand.Search when IsRequest(header) => CaRecognizer.HasPlausibleText(header, rest),
                CaCommand.Search => header is { PayloadSize: 8, DataType: > 1023 } && BinaryPrimitives.ReadUInt16BigEndian(rest) is > 0 and <= (ushort)MaxMinorVersion,
                CaCommand.RsrvIsUp => datagram.PayloadLength == CaHeader.Size && header.DataType > 0 && header.DataCount > 1023
                    && (header.Parameter2 == 0 || Endpoint.FromIPv4(header.Parameter2, 0) == datagram.Source.Host),
                _ => false,
            };
            payload = payload[(int)header.MessageLength..];
        }

        return evidence && payload.IsEmpty;
    }
}
