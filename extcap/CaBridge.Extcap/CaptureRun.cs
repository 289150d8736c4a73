using CaBridge.Agent;
using CaBridge.Extcap.Contract;
using CaBridge.Extcap.Output;
using CaBridge.Extcap.Sources;

namespace CaBridge.Extcap;

/// <summary>One capture, from Wireshark's call to its end.</summary>
internal static class CaptureRun
{
    /// <summary>
    /// The pipe is opened before anything else: who leaves without having opened it hangs Wireshark. What is wrong is said afterwards.
    /// </summary>
    /// <exception cref="UsageException">There is no such pipe.</exception>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        using var end = new EndWatch();
        using var fifo = Fifo.Open(arguments.Value(Names.Fifo) ?? throw new UsageException($"{Names.Capture} needs {Names.Fifo}: Wireshark starts this program."));
        end.Watch(fifo);
        try
        {
            var name = Names.Known(arguments.Value(Names.Interface));
            var options = ExtcapOptions.Read(arguments);
            using var journal = new Journal(options.LogFile);
            try
            {
                await RunAsync(name, options, arguments, fifo, journal, end.Told);
                journal.Tell("ended");
            }
            catch (Exception failure) when (Complaint.IsForTheUser(failure))
            {
                journal.Tell(failure.Message);
                throw;
            }

            return ExitCode.Success;
        }
        catch (Exception failure) when (Complaint.IsForTheUser(failure))
        {
            // before the pipe is closed: Wireshark looks here no more once it has ended
            Complaint.Tell(failure);
            return ExitCode.Failed;
        }
    }

    private static async Task RunAsync(string name, ExtcapOptions options, Arguments arguments, Fifo fifo, Journal journal, CancellationToken stop)
    {
        using var output = new PacketOutput(fifo.Stream);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, output.Broken);
        var flow = new PacketFlow(options, output);
        var shown = (arguments.Value(Names.Pv) ?? "", arguments.Value(Names.MinimumLatency) ?? "");
        var control = new ControlPipe(arguments.Value(Names.ControlIn), arguments.Value(Names.ControlOut), flow, shown, journal.Tell);
        journal.Listener = control.AddToLog;
        if (name is Names.HostInterface)
        {
            await new HostSource(options, flow, output, journal, control).RunAsync(ended.Token);
        }
        else
        {
            using var source = new ServerSource(options, flow, output, journal, control);
            await source.RunAsync(ended.Token);
        }

        if (output.Failure is { } failure)
        {
            throw new IOException($"Wireshark's pipe cannot be written: {failure.Message}", failure);
        }
    }
}
