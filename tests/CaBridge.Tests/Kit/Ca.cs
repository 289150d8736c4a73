using System.Buffers.Binary;
using System.Text;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Tests.Kit;

/// <summary>Channel Access messages as libca and rsrv write them; a request is named by its command, a reply by what it says.</summary>
internal static class Ca
{
    public const ushort Minor = 13;
    public const ushort Double = (ushort)DbrType.Double;
    public const uint Normal = EcaStatus.Normal;
    public const uint GetFail = 152;

    private const int Alignment = 8;

    /// <param name="payload">Padded to a multiple of 8.</param>
    public static byte[] Message(
        CaCommand command, uint p1 = 0, uint p2 = 0, ushort type = 0, uint count = 0, ReadOnlySpan<byte> payload = default, bool extended = false)
    {
        var size = (payload.Length + Alignment - 1) / Alignment * Alignment;
        extended |= size >= CaHeader.ExtendedMark || count > ushort.MaxValue;
        var length = extended ? CaHeader.ExtendedSize : CaHeader.Size;
        var bytes = new byte[length + size];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)command);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), extended ? CaHeader.ExtendedMark : (ushort)size);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), extended ? (ushort)0 : (ushort)count);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), p1);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), p2);
        if (extended)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), (uint)size);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), count);
        }

        payload.CopyTo(bytes.AsSpan(length));
        return bytes;
    }

    public static byte[] Version(ushort priority = 0) => Message(CaCommand.Version, type: priority, count: Minor);

    public static byte[] ClientName(string user = "operator") => Message(CaCommand.ClientName, payload: Text(user));

    public static byte[] HostName(string host = "console-7") => Message(CaCommand.HostName, payload: Text(host));

    public static byte[] Create(uint cid, string pv) => Message(CaCommand.CreateChan, cid, Minor, payload: Text(pv));

    public static byte[] Created(uint cid, uint sid, ushort type = Double, uint count = 1) => Message(CaCommand.CreateChan, cid, sid, type, count);

    public static byte[] CreateFailed(uint cid) => Message(CaCommand.CreateChFail, cid);

    public static byte[] Rights(uint cid, uint rights = 3) => Message(CaCommand.AccessRights, cid, rights);

    public static byte[] Get(uint sid, uint ioid, ushort type = Double, uint count = 1, bool extended = false) =>
        Message(CaCommand.ReadNotify, sid, ioid, type, count, extended: extended);

    public static byte[] Got(uint ioid, double value = 1.5, uint status = Normal) => Message(CaCommand.ReadNotify, status, ioid, Double, 1, Value(value));

    public static byte[] GotArray(uint ioid, int count) => Message(CaCommand.ReadNotify, Normal, ioid, Double, (uint)count, Values(count));

    public static byte[] Read(uint sid, uint ioid) => Message(CaCommand.Read, sid, ioid, Double, 1);

    public static byte[] ReadDone(uint cid, uint ioid) => Message(CaCommand.Read, cid, ioid, Double, 1, Value(2.5));

    public static byte[] Put(uint sid, uint ioid, double value = 3.5) => Message(CaCommand.WriteNotify, sid, ioid, Double, 1, Value(value));

    public static byte[] PutDone(uint ioid, uint status = Normal) => Message(CaCommand.WriteNotify, status, ioid, Double, 1);

    public static byte[] Write(uint sid, uint cid, double value = 4.5) => Message(CaCommand.Write, sid, cid, Double, 1, Value(value));

    public static byte[] Subscribe(uint sid, uint subscriptionId, ushort type = Double)
    {
        var payload = new byte[16];
        payload[13] = 5;
        return Message(CaCommand.EventAdd, sid, subscriptionId, type, 1, payload);
    }

    public static byte[] Update(uint subscriptionId, double value = 5.5, uint status = Normal) =>
        Message(CaCommand.EventAdd, status, subscriptionId, Double, 1, Value(value));

    public static byte[] Cancel(uint sid, uint subscriptionId) => Message(CaCommand.EventCancel, sid, subscriptionId, Double, 1);

    /// <summary>The confirmation of EVENT_CANCEL: the command is EVENT_ADD's, parameter 1 the sid.</summary>
    public static byte[] Cancelled(uint sid, uint subscriptionId) => Message(CaCommand.EventAdd, sid, subscriptionId, Double, 1);

    public static byte[] Clear(uint sid, uint cid) => Message(CaCommand.ClearChannel, sid, cid);

    public static byte[] Disconnected(uint cid) => Message(CaCommand.ServerDisconn, cid);

    public static byte[] Echo() => Message(CaCommand.Echo);

    public static byte[] ReadSync() => Message(CaCommand.ReadSync);

    public static byte[] EventsOff() => Message(CaCommand.EventsOff);

    public static byte[] EventsOn() => Message(CaCommand.EventsOn);

    /// <param name="request">The whole request; as much of it as is header goes into the ERROR.</param>
    public static byte[] Error(uint cid, uint status, byte[] request, string text = "Bad request")
    {
        _ = CaHeader.TryRead(request, out var header);
        return Message(CaCommand.Error, cid, status, payload: [.. request[..header.Length], .. Text(text)]);
    }

    /// <summary>VERSION of a datagram with a valid sequence number.</summary>
    public static byte[] Sequence(uint number) => Message(CaCommand.Version, number, type: 1, count: Minor);

    public static byte[] Search(uint cid, string pv, bool wantsNo = false) =>
        Message(CaCommand.Search, cid, cid, type: wantsNo ? (ushort)10 : (ushort)5, Minor, Text(pv));

    /// <summary>A search reply over UDP: the server is whoever sent it.</summary>
    public static byte[] Found(uint cid, ushort port, uint address = uint.MaxValue) => Message(CaCommand.Search, address, cid, port, 0, [0, (byte)Minor]);

    public static byte[] FoundOverTcp(uint cid, ushort port, uint address) => Message(CaCommand.Search, address, cid, port);

    public static byte[] NotFound(uint cid) => Message(CaCommand.NotFound, cid, cid, type: 10, Minor);

    public static byte[] Beacon(uint id, ushort port = 5064, uint address = 0) => Message(CaCommand.RsrvIsUp, id, address, Minor, port);

    public static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    public static byte[] Value(double value)
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return bytes;
    }

    /// <summary>1.5, 2.5, …</summary>
    public static byte[] Values(int count) => [.. Enumerable.Range(1, count).SelectMany(i => Value(i + 0.5))];

    public static byte[] Join(params byte[][] messages) => [.. messages.SelectMany(message => message)];
}
