using CaBridge.Agent;

namespace CaBridge.Extcap.Contract;

/// <summary>The interfaces, and the options by the names that Wireshark passes.</summary>
internal static class Names
{
    public const string HostInterface = "cabridge";
    public const string ServerInterface = "cabridge-server";

    // Wireshark's own
    public const string ListInterfaces = "--extcap-interfaces";
    public const string ListLinkTypes = "--extcap-dlts";
    public const string ListOptions = "--extcap-config";
    public const string ReloadOption = "--extcap-reload-option";
    public const string Interface = "--extcap-interface";
    public const string CaptureFilter = "--extcap-capture-filter";
    public const string Capture = "--capture";
    public const string Fifo = "--fifo";
    public const string ControlIn = "--extcap-control-in";
    public const string ControlOut = "--extcap-control-out";

    // ours
    public const string Device = "--device";
    public const string MoreDevices = "--more-devices";
    public const string Promiscuous = "--promiscuous";
    public const string Buffer = "--buffer";
    public const string Server = "--server";
    public const string Sensor = "--sensor";
    public const string SendAll = "--send-all";
    public const string TokenFile = "--token-file";
    public const string Authority = "--ca";
    public const string Certificate = "--cert";
    public const string Key = "--key";
    public const string OnlyChannelAccess = "--only-channel-access";
    public const string Pv = "--pv";
    public const string ServerAddress = "--server-address";
    public const string ClientAddress = "--client-address";
    public const string Operations = "--operations";
    public const string MinimumLatency = "--minimum-latency";
    public const string Annotate = "--annotate";
    public const string LogFile = "--log-file";
    public const string Version = "--version";

    /// <exception cref="UsageException">There is no such interface.</exception>
    public static string Known(string? name) => name is HostInterface or ServerInterface
        ? name
        : throw new UsageException($"There are the interfaces {HostInterface} and {ServerInterface}; not '{name}'.");
}
