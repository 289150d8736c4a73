using System.CommandLine;
using CaBridge.Agent;
using CaBridge.Capture.Live;
using CaBridge.Cli.Commands;

namespace CaBridge.Cli.Live;

/// <summary><c>cabridge capture</c>: the agent.</summary>
internal static class CaptureCommand
{
    public const string Name = "capture";

    private const int DefaultSpoolMegabytes = 1024;
    private const int DefaultBufferMegabytes = 64;
    private const int MaxBufferMegabytes = 1024;
    private const int BytesPerMegabyte = 1024 * 1024;

    public static Command Create()
    {
        var devices = new Option<string[]>("--interface", "-i") { Description = "Where to capture; may be given several times.", HelpName = "DEVICE" };
        var files = new Option<string[]>("--read", "-r") { Description = "Send capture files instead; - is standard input.", HelpName = "FILE" };
        var filter = new Option<string?>("--filter", "-f") { Description = "A BPF filter that the kernel applies (pcap-filter(7)).", HelpName = "FILTER" };
        var all = new Option<bool>("--all") { Description = "Send everything, not Channel Access only." };
        var sensor = new Option<string>("--sensor") { Description = "What this sensor is called.", HelpName = "NAME", DefaultValueFactory = _ => Environment.MachineName };
        var buffer = NumberOption.Whole("--buffer", "Kernel buffer of each device.", DefaultBufferMegabytes, most: MaxBufferMegabytes, unit: "MB");
        var spool = new Option<string?>("--spool") { Description = "The folder for what waits while the server is away.", HelpName = "FOLDER", DefaultValueFactory = _ => Path.GetTempPath() };
        var spoolSize = NumberOption.Whole("--spool-size", "The most that waits there; then the oldest goes, and is counted.", DefaultSpoolMegabytes, least: 0, unit: "MB");
        var write = new WriteOptions();
        var server = new ServerAddress();

        var command = new Command(Name, "Send what is captured here to an analysis server.");
        foreach (var option in (Option[])[devices, files, filter, all, sensor, buffer, spool, spoolSize])
        {
            command.Add(option);
        }

        write.AddTo(command, devices);
        server.AddTo(command);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(devices) is { Length: > 0 }) == (result.GetValue(files) is { Length: > 0 }))
            {
                result.AddError("Either -i DEVICE or -r FILE says what to send; 'cabridge interfaces' lists devices.");
            }

            if (result.GetValue(devices) is { } named && named.Distinct(StringComparer.Ordinal).Count() < named.Length)
            {
                result.AddError("-i names a device twice.");
            }

            if (result.GetValue(files) is { Length: > 0 } && result.GetValue(filter) is not null)
            {
                result.AddError("-f is for what -i captures: files are sent as they are.");
            }
        });
        command.SetAction(async (parsed, _) =>
        {
            var read = parsed.GetValue(files) ?? [];
            using var signals = new EndSignals(isPipe: read.Contains("-", StringComparer.Ordinal));
            using var channel = server.Open(parsed);
            var run = new CaptureAgent
            {
                Channel = channel,
                Sensor = parsed.GetRequiredValue(sensor),
                SendsEverything = parsed.GetValue(all),
                Spool = new SpoolOptions
                {
                    Folder = parsed.GetValue(spoolSize) == 0 ? null : parsed.GetValue(spool),
                    MaxDiskBytes = (long)parsed.GetValue(spoolSize) * BytesPerMegabyte,
                },
            };
            try
            {
                return read.Length > 0
                    ? await run.SendFilesAsync(read, signals.Told)
                    : await run.SendLiveAsync(
                        new LiveCaptureOptions
                        {
                            Devices = parsed.GetRequiredValue(devices),
                            Filter = parsed.GetValue(filter),
                            KernelBufferBytes = parsed.GetValue(buffer) * BytesPerMegabyte,
                        },
                        write.Read(parsed),
                        signals.Told);
            }
            catch (OperationCanceledException) when (signals.Told.IsCancellationRequested)
            {
                throw signals.ToException();
            }
        });
        return command;
    }
}
