using System.Globalization;
using CaBridge.Agent;
using CaBridge.Analysis;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;
using CaBridge.Extcap.Contract;

namespace CaBridge.Extcap;

/// <summary>One capture, as the dialog or tshark asked for it.</summary>
internal sealed record ExtcapOptions
{
    public const string AnyDevice = "any";
    public const string AllSensors = "*";
    public const string DefaultBufferMegabytes = "64";

    /// <summary>What <see cref="MinimumLatencyOf"/> takes, and nothing, for Wireshark's dialog and toolbar.</summary>
    public const string LatencyPattern = @"^([0-9]+(\.[0-9]+)? ?(ns|us|ms|s))?$";

    private const int MaxBufferMegabytes = 1024;

    /// <summary>At least one.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    public required bool IsPromiscuous { get; init; }

    public required int BufferMegabytes { get; init; }

    /// <summary>Sensors to follow; none for all.</summary>
    public required IReadOnlyList<string> Sensors { get; init; }

    /// <summary>What this host is called at the server.</summary>
    public required string SensorName { get; init; }

    /// <summary>Null where nothing is sent to one.</summary>
    public required ServerOptions? Server { get; init; }

    public required bool SendsEverything { get; init; }

    /// <summary>As pcap-filter(7) has them; null for all.</summary>
    public required string? CaptureFilter { get; init; }

    public required bool OnlyChannelAccess { get; init; }

    public required bool Annotates { get; init; }

    public required ShowFilter Show { get; init; }

    public required string? LogFile { get; init; }

    /// <exception cref="UsageException">A value cannot be used.</exception>
    public static ExtcapOptions Read(Arguments arguments)
    {
        var follows = arguments.Value(Names.Interface) is Names.ServerInterface;
        return new ExtcapOptions
        {
            Devices = DevicesOf(arguments),
            IsPromiscuous = Flag(arguments, Names.Promiscuous, otherwise: true),
            BufferMegabytes = BufferSize(arguments),
            Sensors = [.. (arguments.Value(Names.Sensor) ?? AllSensors).Split(',').Select(sensor => sensor.Trim()).Where(sensor => sensor is not (AllSensors or ""))],
            SensorName = arguments.Value(Names.Sensor) ?? Environment.MachineName,
            Server = ServerOf(arguments, follows ? ServerOptions.DefaultUrl : null),
            SendsEverything = Flag(arguments, Names.SendAll, otherwise: false),
            CaptureFilter = arguments.Value(Names.CaptureFilter),
            OnlyChannelAccess = Flag(arguments, Names.OnlyChannelAccess, otherwise: false),
            Annotates = Flag(arguments, Names.Annotate, otherwise: true),
            Show = new ShowFilter
            {
                Pvs = ShowFilter.ParsePvs(arguments.Value(Names.Pv)),
                Server = Host(arguments, Names.ServerAddress),
                Client = Host(arguments, Names.ClientAddress),
                Operations = [.. OperationsOf(arguments)],
                MinimumLatency = MinimumLatencyOf(arguments.Value(Names.MinimumLatency)),
            },
            LogFile = arguments.Value(Names.LogFile),
        };
    }

    /// <param name="otherwise">The server where none is named; null for none.</param>
    /// <exception cref="UsageException">The address is none.</exception>
    public static ServerOptions? ServerOf(Arguments arguments, string? otherwise) => (arguments.Value(Names.Server) ?? otherwise) is { } url
        ? new ServerOptions
        {
            Url = url,
            TokenFile = arguments.Value(Names.TokenFile),
            AuthorityFile = arguments.Value(Names.Authority),
            CertificateFile = arguments.Value(Names.Certificate),
            KeyFile = arguments.Value(Names.Key),
        }
        : null;

    /// <exception cref="UsageException">It is no duration.</exception>
    public static CaptureDuration MinimumLatencyOf(string? text)
    {
        var duration = default(CaptureDuration);
        return text is null || DurationText.TryParse(text.Replace(" ", "", StringComparison.Ordinal), out duration)
            ? duration
            : throw new UsageException($"The minimum latency needs {DurationText.Form}; it is '{text}'.");
    }

    private static List<string> DevicesOf(Arguments arguments)
    {
        var named = $"{arguments.Value(Names.Device)},{arguments.Value(Names.MoreDevices)}"
            .Split(ShowFilter.Separators, StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return named.Count == 0 ? [AnyDevice]
            : named.Count == 1 || !named.Contains(AnyDevice, StringComparer.Ordinal) ? named
            : throw new UsageException($"The device {AnyDevice} captures on all: name single devices only, or it alone.");
    }

    private static int BufferSize(Arguments arguments)
    {
        var text = arguments.Value(Names.Buffer) ?? DefaultBufferMegabytes;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) && megabytes is > 0 and <= MaxBufferMegabytes
            ? megabytes
            : throw new UsageException($"The kernel buffer needs a number of megabytes from 1 to {MaxBufferMegabytes}; it is '{text}'.");
    }

    private static bool Flag(Arguments arguments, string name, bool otherwise) => arguments.Value(name) switch
    {
        null => arguments.Has(name) || otherwise,
        "true" or "1" or "yes" or "TRUE" => true,
        "false" or "0" or "no" or "FALSE" => false,
        var text => throw new UsageException($"{name} needs true or false; it is '{text}'."),
    };

    private static HostOrEndpoint? Host(Arguments arguments, string name) => arguments.Value(name) is not { } text ? null
        : HostOrEndpoint.TryParse(text, out var host) ? host
        : throw new UsageException($"{name} needs an address, as 10.44.0.21, or an endpoint, as 10.44.0.21:5064; it is '{text}'.");

    private static IEnumerable<Operation> OperationsOf(Arguments arguments)
    {
        foreach (var name in (arguments.Value(Names.Operations) ?? "").Split(ShowFilter.Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return OperationNames.TryParse(name, out var operation)
                ? operation
                : throw new UsageException($"{Names.Operations} knows {string.Join(", ", OperationNames.All)}; not '{name}'.");
        }
    }
}
