namespace CaBridge.Analysis.ChannelAccess;

/// <summary>What a command uses a header field for.</summary>
public enum FieldRole : byte
{
    /// <summary>The command has no use for it.</summary>
    None = 0,

    /// <summary>Nobody knows: the command is obsolete or unknown, or its direction is.</summary>
    Raw = 1,
    Cid,
    Sid,
    Ioid,
    SubscriptionId,

    /// <summary>An ECA status.</summary>
    Status,
    DbrType,

    /// <summary>Elements of the DBR type.</summary>
    DbrCount,
    MinorVersion,

    /// <summary>0–99.</summary>
    Priority,

    /// <summary>A server's TCP port.</summary>
    Port,

    /// <summary>A server's IPv4 address; all ones or all zeros stand for the sender's own.</summary>
    ServerAddress,

    /// <summary>An IPv4 address as it is.</summary>
    Address,

    /// <summary>5: the server shall be silent where it has no such channel; 10: it shall say so.</summary>
    ReplyFlag,

    /// <summary>Bit 0: whether parameter 1 has the sequence number.</summary>
    SequenceFlag,

    /// <summary>Of a search datagram.</summary>
    Sequence,
    BeaconId,
    AccessRights,
}

/// <summary>What a command uses its payload for.</summary>
public enum PayloadRole : byte
{
    None = 0,
    Raw = 1,

    /// <summary>As DBR type and count say.</summary>
    Value,

    /// <summary>A PV's name.</summary>
    PvName,

    /// <summary>A user's or a host's name.</summary>
    Text,

    /// <summary>See <see cref="ChannelAccess.EventMask"/>.</summary>
    EventMask,

    /// <summary>See <see cref="ErrorPayload"/>.</summary>
    Error,

    /// <summary>u16, if any.</summary>
    MinorVersion,
}

/// <summary>How one message is to be read: the same header fields mean different things by command and direction.</summary>
/// <param name="Sender">Who sent it, as far as the circuit or, of a datagram, the message itself tells.</param>
/// <param name="Type">The header's data type.</param>
/// <param name="Count">The header's data count.</param>
/// <param name="ConfirmsCancel">An EVENT_ADD without payload from the server, which answers EVENT_CANCEL.</param>
public readonly record struct MessageShape(
    Sender Sender,
    FieldRole Type = FieldRole.None,
    FieldRole Count = FieldRole.None,
    FieldRole Parameter1 = FieldRole.None,
    FieldRole Parameter2 = FieldRole.None,
    PayloadRole Payload = PayloadRole.None,
    bool ConfirmsCancel = false)
{
    private const ushort DontReply = 5;
    private const ushort DoReply = 10;

    public static MessageShape Of(in DecodedMessage message) => message switch
    {
        { Transport: Transport.Udp } => OfDatagram(message.Header),
        { Sender: Sender.Client } => OfRequest(message.Header.Command),
        { Sender: Sender.Server } => OfReply(message.Header),
        _ => Raw(Sender.Unknown),
    };

    private static MessageShape Raw(Sender sender) =>
        new(sender, FieldRole.Raw, FieldRole.Raw, FieldRole.Raw, FieldRole.Raw, PayloadRole.Raw);

    private static MessageShape OfDatagram(in CaHeader header) => header.Command switch
    {
        CaCommand.Version => new(Sender.Unknown, FieldRole.SequenceFlag, FieldRole.MinorVersion, (header.DataType & 1) != 0 ? FieldRole.Sequence : FieldRole.None),
        CaCommand.Search when header is { DataType: DontReply or DoReply, PayloadSize: > 0 } => OfRequest(header.Command),
        CaCommand.RepeaterRegister => OfRequest(header.Command),
        CaCommand.Search or CaCommand.NotFound or CaCommand.RsrvIsUp or CaCommand.RepeaterConfirm or CaCommand.Error => OfReply(header),
        CaCommand.Echo => new(Sender.Unknown),
        _ => Raw(Sender.Unknown),
    };

    private static MessageShape OfRequest(CaCommand command) => command switch
    {
        CaCommand.Version => new(Sender.Client, FieldRole.Priority, FieldRole.MinorVersion),
        CaCommand.EventAdd => new(Sender.Client, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Sid, FieldRole.SubscriptionId, PayloadRole.EventMask),
        CaCommand.EventCancel => new(Sender.Client, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Sid, FieldRole.SubscriptionId),
        CaCommand.Read or CaCommand.ReadNotify => new(Sender.Client, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Sid, FieldRole.Ioid),
        CaCommand.Write => new(Sender.Client, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Sid, FieldRole.Cid, PayloadRole.Value),
        CaCommand.WriteNotify => new(Sender.Client, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Sid, FieldRole.Ioid, PayloadRole.Value),
        CaCommand.Search => new(Sender.Client, FieldRole.ReplyFlag, FieldRole.MinorVersion, FieldRole.Cid, Payload: PayloadRole.PvName),
        CaCommand.CreateChan => new(Sender.Client, Parameter1: FieldRole.Cid, Parameter2: FieldRole.MinorVersion, Payload: PayloadRole.PvName),
        CaCommand.ClearChannel => new(Sender.Client, Parameter1: FieldRole.Sid, Parameter2: FieldRole.Cid),
        CaCommand.ClientName or CaCommand.HostName => new(Sender.Client, Payload: PayloadRole.Text),
        CaCommand.RepeaterRegister => new(Sender.Client, Parameter2: FieldRole.Address),
        CaCommand.EventsOff or CaCommand.EventsOn or CaCommand.ReadSync or CaCommand.Echo => new(Sender.Client),
        _ => Raw(Sender.Client),
    };

    private static MessageShape OfReply(in CaHeader header) => header.Command switch
    {
        CaCommand.Version => new(Sender.Server, Count: FieldRole.MinorVersion),
        CaCommand.EventAdd when header.PayloadSize == 0 =>
            new(Sender.Server, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Sid, FieldRole.SubscriptionId, ConfirmsCancel: true),
        CaCommand.EventAdd => new(Sender.Server, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Status, FieldRole.SubscriptionId, ValueOf(header)),
        CaCommand.Read => new(Sender.Server, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Cid, FieldRole.Ioid, PayloadRole.Value),
        CaCommand.ReadNotify => new(Sender.Server, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Status, FieldRole.Ioid, ValueOf(header)),
        CaCommand.WriteNotify => new(Sender.Server, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Status, FieldRole.Ioid),
        CaCommand.Search => new(Sender.Server, FieldRole.Port, FieldRole.None, FieldRole.ServerAddress, FieldRole.Cid, PayloadRole.MinorVersion),
        CaCommand.NotFound => new(Sender.Server, FieldRole.ReplyFlag, FieldRole.MinorVersion, FieldRole.Cid),
        CaCommand.CreateChan => new(Sender.Server, FieldRole.DbrType, FieldRole.DbrCount, FieldRole.Cid, FieldRole.Sid),
        CaCommand.CreateChFail or CaCommand.ServerDisconn => new(Sender.Server, Parameter1: FieldRole.Cid),
        CaCommand.ClearChannel => new(Sender.Server, Parameter1: FieldRole.Sid, Parameter2: FieldRole.Cid),
        CaCommand.AccessRights => new(Sender.Server, Parameter1: FieldRole.Cid, Parameter2: FieldRole.AccessRights),
        CaCommand.Error => new(Sender.Server, Parameter1: FieldRole.Cid, Parameter2: FieldRole.Status, Payload: PayloadRole.Error),
        CaCommand.RsrvIsUp => new(Sender.Server, FieldRole.MinorVersion, FieldRole.Port, FieldRole.BeaconId, FieldRole.ServerAddress),
        CaCommand.RepeaterConfirm => new(Sender.Server, Parameter2: FieldRole.Address),
        CaCommand.ReadSync or CaCommand.Echo => new(Sender.Server),
        _ => Raw(Sender.Server),
    };

    /// <summary>A reply that tells a failure has the room of a value, filled with zeros by rsrv: not a value that the PV had.</summary>
    private static PayloadRole ValueOf(in CaHeader reply) => reply.Parameter1 == EcaStatus.Normal ? PayloadRole.Value : PayloadRole.Raw;
}
