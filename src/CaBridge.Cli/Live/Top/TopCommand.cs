using System.CommandLine;
using CaBridge.Analysis;
using CaBridge.Capture.Live;
using CaBridge.Cli.Commands;

namespace CaBridge.Cli.Live.Top;

/// <summary><c>cabridge top</c>: what goes on, on a terminal.</summary>
internal static class TopCommand
{
    public const string Examples =
        """
        Keys: q quit, tab another view, s sort, f filter PVs, o operation, p pause.

        Examples:
          cabridge top                            of the server on this host
          cabridge top --server https://daq1:50051 --token-file token
          cabridge top -i eth0                    captured here, without a server
          cabridge top -r some_network_traffic.pcap --speed 10
        """;

    private const int DefaultWindowSeconds = 60;
    private const double DefaultIntervalSeconds = 1;

    /// <summary>Below, drawing is all that happens.</summary>
    private const double ShortestInterval = 0.1;
    private const double LongestInterval = 3600;

    public static Command Create()
    {
        var devices = new Option<string[]>("--interface", "-i") { Description = "Capture here instead of asking a server; may be given several times.", HelpName = "DEVICE" };
        var files = new Option<string[]>("--read", "-r") { Description = "Show capture files, as fast as they were recorded.", HelpName = "FILE" };
        var speed = NumberOption.Whole("--speed", "With -r, so many times as fast; 0 is at once.", value: 1, least: 0, unit: "FACTOR");
        var filter = new Option<string?>("--filter", "-f") { Description = "With -i, a BPF filter that the kernel applies (pcap-filter(7)).", HelpName = "FILTER" };
        var window = NumberOption.Whole("--last", "Figures are those of the last so many seconds.", DefaultWindowSeconds, unit: "SECONDS");
        var interval = NumberOption.Seconds("--interval", "How often the screen is drawn.", DefaultIntervalSeconds);
        var server = new ServerAddress();

        var command = new Command("top", "Show operations, servers and slow PVs live on a terminal.");
        foreach (var option in (Option[])[devices, files, speed, filter, window, interval])
        {
            command.Add(option);
        }

        server.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(devices) is { Length: > 0 } && result.GetValue(files) is { Length: > 0 })
            {
                result.AddError("Either -i or -r says what to show.");
            }
        });
        command.SetAction(async (parsed, cancel) =>
        {
            if (Console.IsOutputRedirected || Console.IsInputRedirected || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb")
            {
                Complaint.Tell("top needs a terminal to draw on and to read keys from; 'cabridge stats' and 'cabridge watch' do without.");
                return ExitCode.Usage;
            }

            var length = CaptureDuration.FromSeconds(parsed.GetValue(window));
            using ITopSource source = (parsed.GetValue(devices), parsed.GetValue(files)) switch
            {
                ({ Length: > 0 } named, _) => CaptureTop.OfDevices(new LiveCaptureOptions { Devices = named, Filter = parsed.GetValue(filter) }, length),
                (_, { Length: > 0 } read) => CaptureTop.OfFiles(read, parsed.GetValue(speed), length),
                _ => new ServerTop(server.Open(parsed), length),
            };
            await new TopRun(source, TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(interval), ShortestInterval, LongestInterval))).ShowAsync(cancel);
            return ExitCode.Success;
        });
        return command;
    }
}
