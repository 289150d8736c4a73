using CaBridge.Agent;
using CaBridge.Capture.Live;
using CaBridge.Contracts.V1;
using Grpc.Core;

namespace CaBridge.Extcap.Contract;

/// <summary>What the dialog's buttons list anew: devices with their addresses, a server's sensors.</summary>
internal static class Reloading
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="option">Whose values, with its dashes or without.</param>
    /// <exception cref="UsageException">It has none, or another option cannot be used.</exception>
    public static async Task<IEnumerable<string>> ReadAsync(string name, string option, Arguments arguments)
    {
        var call = $"--{option.TrimStart('-')}";
        return (name, call) switch
        {
            (Names.HostInterface, Names.Device) => Listing.Reloaded(name, call, Devices()),
            (Names.ServerInterface, Names.Sensor) => Listing.Reloaded(name, call, await SensorsAsync(arguments)),
            _ => throw new UsageException($"{name} has no option {call} whose values could be listed."),
        };
    }

    /// <summary>In the order that the dialog has without the button.</summary>
    private static List<Choice> Devices() =>
    [
        .. CaptureDevices.List()
            .Where(device => Listing.IsNetworkDevice(device.Name))
            .OrderBy(device => device.Name is not ExtcapOptions.AnyDevice)
            .ThenBy(device => device.Name, StringComparer.Ordinal)
            .Select(device => device.Name is ExtcapOptions.AnyDevice ? Listing.AllDevices : Describe(device)),
    ];

    private static Choice Describe(CaptureDevice device)
    {
        var addresses = string.Join(", ", device.Addresses.Where(address => !address.IsIPv6LinkLocal));
        var state = device.IsUp ? "" : ", down";
        return new Choice(device.Name, $"{device.Name}{(addresses.Length > 0 ? $" ({addresses})" : device.Description is { } text ? $": {text}" : "")}{state}");
    }

    private static async Task<IReadOnlyList<Choice>> SensorsAsync(Arguments arguments)
    {
        using var channel = ServerConnection.Open(ExtcapOptions.ServerOf(arguments, ServerOptions.DefaultUrl)!);
        try
        {
            var answer = await new AnalysisService.AnalysisServiceClient(channel).ListSensorsAsync(new ListSensorsRequest(), deadline: DateTime.UtcNow + Patience);
            return
            [
                Listing.AllSensors,
                .. answer.Sensors.Select(sensor => new Choice(sensor.Name, sensor.Connected ? sensor.Name : $"{sensor.Name} (away)")),
            ];
        }
        catch (RpcException failure)
        {
            return [new Choice(ExtcapOptions.AllSensors, $"all sensors (the server did not tell: {ServerFault.Sentence(failure)})")];
        }
    }
}
