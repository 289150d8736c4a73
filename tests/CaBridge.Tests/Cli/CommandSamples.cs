using CaBridge.Analysis.ChannelAccess;
using CaBridge.Tests.ChannelAccess;
using static CaBridge.Tests.Cli.MessageSample;

namespace CaBridge.Tests.Cli;

/// <summary>Every command in both directions of a circuit, and the datagrams.</summary>
internal static class CommandSamples
{
    private const uint Nobody = uint.MaxValue;
    private const string RawText = "parameter1=7 parameter2=9 type=5 count=2";

    private static readonly byte[] MaskPayload = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0];

    /// <summary>WRITE to sid 3 with cid 1, a DBR_DOUBLE, and the text "no".</summary>
    private static readonly byte[] ErrorPayload = [0, 4, 0, 8, 0, 6, 0, 1, 0, 0, 0, 3, 0, 0, 0, 1, .. "no\0\0\0\0\0\0"u8];

    public static IEnumerable<MessageSample> All =>
    [
        new(Sender.Client, CaCommand.Version, "VERSION priority=5 minor=13", """
            "priority":5,"minor_version":13
            """, Type: 5, Count: 13),
        new(Sender.Server, CaCommand.Version, "VERSION minor=13", """
            "minor_version":13
            """, Count: 13),
        new(Sender.Client, CaCommand.EventAdd, "EVENT_ADD pv=m:ao sid=3 subscription=9 DBR_TIME_DOUBLE[1] mask=VALUE|ALARM", """
            "pv":"m:ao","sid":3,"subscription_id":9,"dbr_type":"DBR_TIME_DOUBLE","mask":"VALUE|ALARM"
            """, Type: 20, Count: 1, Parameter1: 3, Parameter2: 9, Payload: MaskPayload, Pv: "m:ao"),
        new(Sender.Server, CaCommand.EventAdd,
            "EVENT_ADD pv=m:ao status=ECA_NORMAL subscription=9 DBR_TIME_DOUBLE[1] value=1.5 severity=MAJOR alarm=HIHI stamp=1990-01-01T00:00:01.500000000Z", """
            "pv":"m:ao","status":"ECA_NORMAL","status_code":1,"subscription_id":9,"dbr_type":"DBR_TIME_DOUBLE","alarm_severity":"MAJOR","alarm_status":"HIHI","stamp_unix_ns":631152001500000000,"value":1.5
            """, Type: 20, Count: 1, Parameter1: 1, Parameter2: 9, Payload: DbrPayload.Of(DbrType.TimeDouble, 1.5), Pv: "m:ao"),
        new(Sender.Server, CaCommand.EventAdd, "EVENT_ADD sid=3 subscription=9 DBR_TIME_DOUBLE[1] confirms=EVENT_CANCEL", """
            "sid":3,"subscription_id":9,"dbr_type":"DBR_TIME_DOUBLE","confirms":"EVENT_CANCEL"
            """, Type: 20, Count: 1, Parameter1: 3, Parameter2: 9),
        new(Sender.Client, CaCommand.EventCancel, "EVENT_CANCEL sid=3 subscription=9 DBR_TIME_DOUBLE[1]", """
            "sid":3,"subscription_id":9,"dbr_type":"DBR_TIME_DOUBLE"
            """, Type: 20, Count: 1, Parameter1: 3, Parameter2: 9),
        Raw(Sender.Server, CaCommand.EventCancel),
        new(Sender.Client, CaCommand.Read, "READ sid=3 ioid=9 DBR_LONG[1]", """
            "sid":3,"ioid":9,"dbr_type":"DBR_LONG"
            """, Type: 5, Count: 1, Parameter1: 3, Parameter2: 9),
        new(Sender.Server, CaCommand.Read, "READ cid=1 ioid=9 DBR_STRING[1] value=\"on\"", """
            "cid":1,"ioid":9,"dbr_type":"DBR_STRING","value":"on"
            """, Type: 0, Count: 1, Parameter1: 1, Parameter2: 9, Payload: Padded("on")),
        new(Sender.Client, CaCommand.Write, "WRITE pv=m:ao sid=3 cid=1 DBR_LONG[1] value=-7", """
            "pv":"m:ao","sid":3,"cid":1,"dbr_type":"DBR_LONG","value":-7
            """, Type: 5, Count: 1, Parameter1: 3, Parameter2: 1, Payload: [0xFF, 0xFF, 0xFF, 0xF9, 0, 0, 0, 0], Pv: "m:ao"),
        Raw(Sender.Server, CaCommand.Write),
        Raw(Sender.Client, CaCommand.Snapshot),
        Raw(Sender.Server, CaCommand.Snapshot),
        new(Sender.Client, CaCommand.Search, "SEARCH pv=m:ao cid=1 reply=yes minor=13", """
            "pv":"m:ao","cid":1,"reply_wanted":true,"minor_version":13
            """, Type: 10, Count: 13, Parameter1: 1, Parameter2: 1, Payload: Padded("m:ao")),
        new(Sender.Server, CaCommand.Search, "SEARCH address=10.44.0.21 cid=1 port=5064", """
            "address":"10.44.0.21","cid":1,"port":5064
            """, Type: 5064, Parameter1: Nobody, Parameter2: 1),
        Raw(Sender.Client, CaCommand.Build),
        Raw(Sender.Server, CaCommand.Build),
        new(Sender.Client, CaCommand.EventsOff, "EVENTS_OFF", ""),
        Raw(Sender.Server, CaCommand.EventsOff),
        new(Sender.Client, CaCommand.EventsOn, "EVENTS_ON", ""),
        Raw(Sender.Server, CaCommand.EventsOn),
        new(Sender.Client, CaCommand.ReadSync, "READ_SYNC", ""),
        new(Sender.Server, CaCommand.ReadSync, "READ_SYNC", ""),
        Raw(Sender.Client, CaCommand.Error),
        new(Sender.Server, CaCommand.Error, "ERROR cid=1 status=ECA_NOWTACCESS request=WRITE text=\"no\"", """
            "cid":1,"status":"ECA_NOWTACCESS","status_code":376,"request":{"command":"WRITE","code":4,"payload_size":8,"data_type":6,"data_count":1,"parameter1":3,"parameter2":1},"text":"no"
            """, Parameter1: 1, Parameter2: 0x178, Payload: ErrorPayload),
        new(Sender.Server, CaCommand.Error, "ERROR status=0x171 payload_size=8", """
            "status":"0x171","status_code":369
            """, Parameter1: Nobody, Parameter2: 0x171, Payload: new byte[8]),
        new(Sender.Client, CaCommand.ClearChannel, "CLEAR_CHANNEL pv=m:ao sid=3 cid=1", """
            "pv":"m:ao","sid":3,"cid":1
            """, Parameter1: 3, Parameter2: 1, Pv: "m:ao"),
        new(Sender.Server, CaCommand.ClearChannel, "CLEAR_CHANNEL sid=3 cid=1", """
            "sid":3,"cid":1
            """, Parameter1: 3, Parameter2: 1),
        Raw(Sender.Client, CaCommand.RsrvIsUp),
        new(Sender.Server, CaCommand.RsrvIsUp, "RSRV_IS_UP beacon=77 address=10.44.0.21 minor=13 port=5064", """
            "beacon_id":77,"address":"10.44.0.21","minor_version":13,"port":5064
            """, Type: 13, Count: 5064, Parameter1: 77),
        Raw(Sender.Client, CaCommand.NotFound),
        new(Sender.Server, CaCommand.NotFound, "NOT_FOUND cid=1 reply=yes minor=13", """
            "cid":1,"reply_wanted":true,"minor_version":13
            """, Type: 10, Count: 13, Parameter1: 1, Parameter2: 1),
        new(Sender.Client, CaCommand.ReadNotify, "READ_NOTIFY sid=3 ioid=9 DBR_CTRL_ENUM[0]", """
            "sid":3,"ioid":9,"dbr_type":"DBR_CTRL_ENUM"
            """, Type: 31, Parameter1: 3, Parameter2: 9),
        new(Sender.Server, CaCommand.ReadNotify, "READ_NOTIFY status=ECA_NORMAL ioid=9 DBR_CTRL_ENUM[1] value=1 severity=MAJOR alarm=HIHI", """
            "status":"ECA_NORMAL","status_code":1,"ioid":9,"dbr_type":"DBR_CTRL_ENUM","alarm_severity":"MAJOR","alarm_status":"HIHI","enum_strings":["off","on"],"value":1
            """, Type: 31, Count: 1, Parameter1: 1, Parameter2: 9, Payload: DbrPayload.Of(DbrType.CtrlEnum, 1)),
        new(Sender.Server, CaCommand.ReadNotify, "READ_NOTIFY status=ECA_NORDACCESS ioid=9 DBR_DOUBLE[1] payload_size=8", """
            "status":"ECA_NORDACCESS","status_code":368,"ioid":9,"dbr_type":"DBR_DOUBLE"
            """, Type: 6, Count: 1, Parameter1: 0x170, Parameter2: 9, Payload: new byte[8]),
        Raw(Sender.Client, CaCommand.ReadBuild),
        Raw(Sender.Server, CaCommand.ReadBuild),
        Raw(Sender.Client, CaCommand.RepeaterConfirm),
        new(Sender.Server, CaCommand.RepeaterConfirm, "REPEATER_CONFIRM address=127.0.0.1", """
            "address":"127.0.0.1"
            """, Parameter2: 0x7F000001),
        new(Sender.Client, CaCommand.CreateChan, "CREATE_CHAN pv=m:ao cid=1 minor=13", """
            "pv":"m:ao","cid":1,"minor_version":13
            """, Parameter1: 1, Parameter2: 13, Payload: Padded("m:ao"), Pv: "m:ao"),
        new(Sender.Server, CaCommand.CreateChan, "CREATE_CHAN pv=m:ao cid=1 sid=3 DBR_DOUBLE[1]", """
            "pv":"m:ao","cid":1,"sid":3,"dbr_type":"DBR_DOUBLE"
            """, Type: 6, Count: 1, Parameter1: 1, Parameter2: 3, Pv: "m:ao"),
        new(Sender.Client, CaCommand.WriteNotify, "WRITE_NOTIFY sid=3 ioid=9 DBR_SHORT[3] value=[1,2,3]", """
            "sid":3,"ioid":9,"dbr_type":"DBR_SHORT","value":[1,2,3]
            """, Type: 1, Count: 3, Parameter1: 3, Parameter2: 9, Payload: [0, 1, 0, 2, 0, 3, 0, 0]),
        new(Sender.Server, CaCommand.WriteNotify, "WRITE_NOTIFY status=ECA_PUTCBINPROG ioid=9 DBR_SHORT[3]", """
            "status":"ECA_PUTCBINPROG","status_code":362,"ioid":9,"dbr_type":"DBR_SHORT"
            """, Type: 1, Count: 3, Parameter1: 0x16A, Parameter2: 9),
        new(Sender.Client, CaCommand.ClientName, "CLIENT_NAME text=\"j doe\"", """
            "text":"j doe"
            """, Payload: Padded("j doe")),
        Raw(Sender.Server, CaCommand.ClientName),
        new(Sender.Client, CaCommand.HostName, "HOST_NAME text=\"c1\"", """
            "text":"c1"
            """, Payload: Padded("c1")),
        Raw(Sender.Server, CaCommand.HostName),
        Raw(Sender.Client, CaCommand.AccessRights),
        new(Sender.Server, CaCommand.AccessRights, "ACCESS_RIGHTS cid=1 access=read|write", """
            "cid":1,"access_rights":"read|write"
            """, Parameter1: 1, Parameter2: 3),
        new(Sender.Client, CaCommand.Echo, "ECHO", ""),
        new(Sender.Server, CaCommand.Echo, "ECHO", ""),
        new(Sender.Client, CaCommand.RepeaterRegister, "REPEATER_REGISTER address=10.44.0.11", """
            "address":"10.44.0.11"
            """, Parameter2: 0x0A2C000B),
        Raw(Sender.Server, CaCommand.RepeaterRegister),
        Raw(Sender.Client, CaCommand.Signal),
        Raw(Sender.Server, CaCommand.Signal),
        Raw(Sender.Client, CaCommand.CreateChFail),
        new(Sender.Server, CaCommand.CreateChFail, "CREATE_CH_FAIL cid=1", """
            "cid":1
            """, Parameter1: 1),
        Raw(Sender.Client, CaCommand.ServerDisconn),
        new(Sender.Server, CaCommand.ServerDisconn, "SERVER_DISCONN cid=1", """
            "cid":1
            """, Parameter1: 1),
        Raw(Sender.Client, (CaCommand)28),
        Raw(Sender.Unknown, CaCommand.ReadNotify),
        Raw(Sender.Unknown, CaCommand.CreateChan),
    ];

    /// <summary>Of these the sender is what the message itself tells.</summary>
    public static IEnumerable<MessageSample> Datagrams =>
    [
        new(Sender.Unknown, CaCommand.Version, "VERSION sequence=42 minor=13", """
            "sequence":42,"minor_version":13
            """, Type: 1, Count: 13, Parameter1: 42),
        new(Sender.Unknown, CaCommand.Version, "VERSION minor=11", """
            "minor_version":11
            """, Count: 11),
        new(Sender.Client, CaCommand.Search, "SEARCH pv=m:ao cid=1 reply=no minor=13", """
            "pv":"m:ao","cid":1,"reply_wanted":false,"minor_version":13
            """, Type: 5, Count: 13, Parameter1: 1, Parameter2: 1, Payload: Padded("m:ao")),
        new(Sender.Server, CaCommand.Search, "SEARCH pv=m:ao address=10.44.0.22 cid=1 port=9064 minor=13", """
            "pv":"m:ao","address":"10.44.0.22","cid":1,"port":9064,"minor_version":13
            """, Type: 9064, Parameter1: 0x0A2C0016, Parameter2: 1, Payload: [0, 13, 0, 0, 0, 0, 0, 0], Pv: "m:ao"),
        new(Sender.Server, CaCommand.RsrvIsUp, "RSRV_IS_UP beacon=77 address=10.44.0.22 minor=13 port=5064", """
            "beacon_id":77,"address":"10.44.0.22","minor_version":13,"port":5064
            """, Type: 13, Count: 5064, Parameter1: 77, Parameter2: 0x0A2C0016),
        new(Sender.Client, CaCommand.RepeaterRegister, "REPEATER_REGISTER address=0.0.0.0", """
            "address":"0.0.0.0"
            """),
        new(Sender.Server, CaCommand.RepeaterConfirm, "REPEATER_CONFIRM address=127.0.0.1", """
            "address":"127.0.0.1"
            """, Parameter2: 0x7F000001),
        new(Sender.Server, CaCommand.NotFound, "NOT_FOUND cid=1 reply=yes minor=13", """
            "cid":1,"reply_wanted":true,"minor_version":13
            """, Type: 10, Count: 13, Parameter1: 1, Parameter2: 1),
        Raw(Sender.Unknown, CaCommand.ReadNotify),
    ];

    public static IEnumerable<MessageSample> OnBothTransports =>
        [.. All, .. Datagrams.Select(sample => sample with { Transport = Transport.Udp })];

    /// <summary>What nobody can name stays as it is on the wire.</summary>
    private static MessageSample Raw(Sender sender, CaCommand command) =>
        new(sender, command, $"{command.Name()} {RawText}", "", Type: 5, Count: 2, Parameter1: 7, Parameter2: 9);
}
