using System.CommandLine;
using System.CommandLine.Invocation;
using CaBridge.Agent;
using CaBridge.Capture;
using CaBridge.Cli;
using CaBridge.Cli.Commands;
using CaBridge.Cli.Live;
using CaBridge.Cli.Live.Top;
using CaBridge.Cli.Wireshark;

var root = new RootCommand("Tells what EPICS Channel Access did on a network, from captures of it.")
{
    AnalyzeCommand.Create(),
    CompareCommand.Create(),
    ReportCommand.Create(),
    DecodeCommand.Create(),
    InterfacesCommand.Create(),
    CaptureCommand.Create(),
    StatsCommand.Create(),
    WatchCommand.Create(),
    TopCommand.Create(),
    WiresharkCommand.Create(),
    CompletionCommand.Create(),
};
HelpSections.AddTo(root, new Dictionary<string, string>(StringComparer.Ordinal)
{
    ["analyze"] = AnalyzeCommand.Examples,
    [CompareCommand.Name] = CompareCommand.Examples,
    ["report"] = ReportCommand.Examples,
    ["decode"] = DecodeCommand.Examples,
    ["watch"] = WatchCommand.Examples,
    ["top"] = TopCommand.Examples,
    [WiresharkCommand.Name] = WiresharkCommand.Examples,
});

var parsed = root.Parse(SelectionOptions.WithPlainFiles(args));
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors)
    {
        Complaint.Tell(string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    Complaint.Tell("--help tells how it is used");
    return ExitCode.Usage;
}

try
{
    var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
    if (parsed.CommandResult.Command.Name is CaptureCommand.Name)
    {
        // it has signals of its own
        configuration.ProcessTerminationTimeout = null;
    }

    return parsed.Invoke(configuration);
}
catch (InterruptedException interruption)
{
    return interruption.ExitCode;
}
catch (IOException failure) when (StandardOutput.IsClosedPipe(failure))
{
    return ExitCode.Success;
}
catch (UsageException failure)
{
    Complaint.Tell(failure.Message);
    return ExitCode.Usage;
}
catch (AgentException failure)
{
    Complaint.Tell(failure.Message);
    return ExitCode.ServerRefuses;
}
catch (CaptureException failure)
{
    Complaint.Tell(failure.Message);
    return ExitCode.UnreadableInput;
}
catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
{
    // those of an input are problems of it, and thrown by nobody
    Complaint.Tell(failure is UnauthorizedAccessException
        ? "The output cannot be written: standard output is closed."
        : $"The output cannot be written: {failure.Message}.");
    return ExitCode.UnwritableOutput;
}
