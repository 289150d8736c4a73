using CaBridge.Agent;

namespace CaBridge.Extcap.Contract;

/// <summary>The options of each interface, in the dialog's order. All are in groups: Wireshark drops those without beside those with one.</summary>
internal static class ArgumentList
{
    private const string CaptureGroup = "Capture";
    private const string ShowGroup = "Show";
    private const string ServerGroup = "Server";
    private const string LogGroup = "Log";

    private static readonly ArgumentDefinition[] Shown =
    [
        new(Names.OnlyChannelAccess, "Only Channel Access", "boolean", ShowGroup, "Packets of other protocols are left out; circuits are recognised on any port.") { Default = "false" },
        new(Names.Pv, "PV", "string", ShowGroup, "Only packets about PVs whose names match, with * ? [a-z]; several patterns with spaces between.") { Placeholder = "LINAC:*" },
        new(Names.ServerAddress, "CA server", "string", ShowGroup, "Only packets from and to this CA server (IOC, gateway).") { Placeholder = "10.44.0.21 or 10.44.0.21:5064" },
        new(Names.ClientAddress, "CA client", "string", ShowGroup, "Only packets from and to this CA client.") { Placeholder = "10.44.0.21" },
        new(Names.Operations, "Operations", "multicheck", ShowGroup, "Only packets of these operations; none for all."),
        new(Names.MinimumLatency, "Minimum latency", "string", ShowGroup, "Only packets with a reply that took at least so long: 500us, 20ms, 1s.")
        {
            Placeholder = "20ms",
            Validation = ExtcapOptions.LatencyPattern,
        },
        new(Names.Annotate, "Annotate packets", "boolean", ShowGroup, "Packets get comments: what they ask or answer, for which PV, and how long it took; and what is wrong, on the packet that showed it first. Numbers such as #12 count the packets of this interface: they are Wireshark's where it captures on no other.") { Default = "true" },
    ];

    private static readonly ArgumentDefinition[] Security =
    [
        new(Names.TokenFile, "Token file", "fileselect", ServerGroup, $"A file with the bearer token that the server asks for; else the variable {ServerOptions.TokenVariable}.") { MustExist = true },
        new(Names.Authority, "Certificate authorities", "fileselect", ServerGroup, "A PEM file of those that the server's certificate may be of; else the system's.") { MustExist = true },
        new(Names.Certificate, "Client certificate", "fileselect", ServerGroup, "A PEM file.") { MustExist = true },
        new(Names.Key, "Its private key", "fileselect", ServerGroup, "A PEM file, where the certificate's does not have it.") { MustExist = true },
    ];

    private static readonly ArgumentDefinition[] Log =
    [
        new(Names.LogFile, "Log file", "fileselect", LogGroup, "What happened, with times, is added to this file.") { MustExist = false },
    ];

    private static readonly ArgumentDefinition[] Host =
    [
        new(Names.Device, "Device", "selector", CaptureGroup, "Where to capture; the button lists devices anew.") { Default = ExtcapOptions.AnyDevice, Reloads = true, Placeholder = "List devices" },
        new(Names.MoreDevices, "More devices", "string", CaptureGroup, "Further devices to capture on at the same time, with commas between.") { Placeholder = "eth1,eth2" },
        new(Names.Promiscuous, "Promiscuous", "boolean", CaptureGroup, "Frames for other hosts, too, where the network brings them.") { Default = "true" },
        new(Names.Buffer, "Kernel buffer (MB)", "integer", CaptureGroup, "What the kernel holds of each device while Wireshark is busy.") { Default = ExtcapOptions.DefaultBufferMegabytes },
        .. Shown,
        new(Names.Server, "Send to server", "string", ServerGroup, "Also stream what is captured to this analysis server, as the agent \"cabridge capture\" does; empty for none.")
        {
            Placeholder = ServerOptions.DefaultUrl,
            Validation = @"^(https?://[^ ]+)?$",
        },
        new(Names.Sensor, "Sensor's name", "string", ServerGroup, "What this host is called there.") { Placeholder = "this host's name" },
        new(Names.SendAll, "Send everything", "boolean", ServerGroup, "Not Channel Access only.") { Default = "false" },
        .. Security,
        .. Log,
    ];

    private static readonly ArgumentDefinition[] Server =
    [
        new(Names.Server, "Analysis server", "string", ServerGroup, "Whose live packets are shown; https:// for TLS.")
        {
            Default = ServerOptions.DefaultUrl,
            Placeholder = ServerOptions.DefaultUrl,
            Validation = @"^https?://[^ ]+$",
        },
        new(Names.Sensor, "Sensor", "selector", ServerGroup, "Whose packets; the button asks the server which there are.") { Default = ExtcapOptions.AllSensors, Reloads = true, Placeholder = "Ask the server" },
        .. Security,
        .. Shown,
        .. Log,
    ];

    public static IReadOnlyList<ArgumentDefinition> Of(string name) => name is Names.HostInterface ? Host : Server;

    public static string PlaceOf(IReadOnlyList<ArgumentDefinition> arguments, string call)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (string.Equals(arguments[i].Call, call, StringComparison.Ordinal))
            {
                return ArgumentDefinition.Number(i);
            }
        }

        throw new ArgumentException($"There is no {call}.", nameof(call));
    }
}
