using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;
using CaBridge.Capture.Live;

namespace CaBridge.Extcap.Contract;

/// <summary>What Wireshark asks before it captures. No device is opened, no server asked, but by a button of the dialog.</summary>
internal static class Listing
{
    public static readonly Choice AllDevices = new(ExtcapOptions.AnyDevice, "any: all devices");

    public static readonly Choice AllSensors = new(ExtcapOptions.AllSensors, "all sensors");

    /// <summary>As Linux lists its network devices.</summary>
    private const string DeviceFolder = "/sys/class/net";

    public static string ProgramVersion { get; } = typeof(Listing).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static IEnumerable<string> Interfaces()
    {
        yield return Sentence.Of("extcap", ("version", ProgramVersion), ("help", HelpPage.Url), ("display", "CaBridge"));
        yield return Sentence.Of("interface", ("value", Names.HostInterface), ("display", "CaBridge: this host"));
        yield return Sentence.Of("interface", ("value", Names.ServerInterface), ("display", "CaBridge: analysis server"));
        foreach (var sentence in Toolbar.Controls())
        {
            yield return sentence;
        }
    }

    /// <summary>Wireshark wants one; each block of what is captured says its own.</summary>
    public static IEnumerable<string> LinkTypes() => [Sentence.Of("dlt", ("number", "1"), ("name", "EN10MB"), ("display", "Ethernet (each device has its own)"))];

    public static IEnumerable<string> Options(string name)
    {
        var arguments = ArgumentList.Of(name);
        for (var i = 0; i < arguments.Count; i++)
        {
            yield return arguments[i].ToSentence(i);
        }

        var values = name is Names.HostInterface
            ? DevicesBySystem().Select(device => device is ExtcapOptions.AnyDevice ? AllDevices : new Choice(device, device)).ToList()
            : [AllSensors];
        foreach (var sentence in Values(arguments, name is Names.HostInterface ? Names.Device : Names.Sensor, values))
        {
            yield return sentence;
        }

        foreach (var sentence in Values(arguments, Names.Operations, [.. OperationNames.All.Select(operation => new Choice(operation, operation))]))
        {
            yield return sentence;
        }
    }

    /// <summary>Nothing is said of a filter that is one.</summary>
    public static IEnumerable<string> FilterFaults(string? filter)
    {
        try
        {
            CaptureFilter.Validate(filter ?? "", LinkType.Ethernet);
            return [];
        }
        catch (CaptureException fault)
        {
            return [fault.Message];
        }
    }

    /// <summary>The answer to a button that lists anew.</summary>
    public static IEnumerable<string> Reloaded(string name, string call, IReadOnlyList<Choice> values) => Values(ArgumentList.Of(name), call, values);

    private static IEnumerable<string> Values(IReadOnlyList<ArgumentDefinition> arguments, string call, IReadOnlyList<Choice> values)
    {
        var place = ArgumentList.PlaceOf(arguments, call);
        var chosen = arguments.First(argument => string.Equals(argument.Call, call, StringComparison.Ordinal)).Default;
        return values.Select(value => Sentence.Of(
            "value",
            ("arg", place),
            ("value", value.Value),
            ("display", value.Display),
            ("default", string.Equals(value.Value, chosen, StringComparison.Ordinal) ? "true" : null)));
    }

    /// <summary>libpcap lists more: buses, and queues of the kernel.</summary>
    public static bool IsNetworkDevice(string name) => name is ExtcapOptions.AnyDevice || Directory.Exists(Path.Combine(DeviceFolder, name));

    /// <summary>A plain file in the folder, as bonding_masters, is none.</summary>
    private static IEnumerable<string> DevicesBySystem() =>
    [
        ExtcapOptions.AnyDevice,
        .. new DirectoryInfo(DeviceFolder) is { Exists: true } folder
            ? folder.EnumerateFileSystemInfos().Select(device => device.Name).Where(IsNetworkDevice).Order(StringComparer.Ordinal)
            : Enumerable.Empty<string>(),
    ];
}

/// <summary>One of the values of an option.</summary>
internal readonly record struct Choice(string Value, string Display);
