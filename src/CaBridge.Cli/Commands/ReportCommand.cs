using System.CommandLine;
using CaBridge.Analysis;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Commands;

/// <summary><c>cabridge report FILE… -o report.html</c>: what <c>analyze</c> tells, as a page for somebody else.</summary>
internal static class ReportCommand
{
    public const string Examples =
        """
        Examples:
          cabridge report network.pcap -o report.html
          cabridge report a.pcapng b.pcap.gz -o report.html --title 'Linac, after the restart'
          cabridge report network.pcap --pv 'LINAC:*' --from +60 --to +90 -o minute.html
          tcpdump -i eth0 -w - | cabridge report - -o report.html
        """;

    private const int DefaultTop = 500;
    private const int MostTop = 100_000;

    public static Command Create()
    {
        var selection = new SelectionOptions("requests", OperationNames.All);
        var output = new Option<string>("--output", "-o")
        {
            Description = "The page to write, one file of HTML; - is standard output. What is there is replaced once the page is whole.",
            HelpName = "FILE",
            Required = true,
        };
        var title = new Option<string?>("--title") { Description = "The page's title; else it names the captures.", HelpName = "TEXT" };
        var top = NumberOption.Whole("--top", "Rows of each table, at most.", DefaultTop, most: MostTop);
        var timeout = NumberOption.Seconds(
            "--timeout", "Count a request as timed out after so many seconds of capture time.", new AnalyzerOptions().Timeout.TotalSeconds);
        var thresholds = new ThresholdOption();
        var limits = new LimitOptions();

        var command = new Command("report", "Write what analyze tells, with pictures, as one page of HTML.");
        command.Add(output);
        command.Add(title);
        selection.AddTo(command);
        command.Add(top);
        command.Add(timeout);
        command.Add(thresholds.Option);
        limits.AddTo(command);
        command.SetAction(parsed => new ReportRun
        {
            Files = selection.Files(parsed),
            Output = parsed.GetRequiredValue(output),
            Title = parsed.GetValue(title),
            Options = limits.Read(parsed) with
            {
                Timeout = CaptureDuration.FromSeconds(parsed.GetValue(timeout)),
                Diagnosis = thresholds.Read(parsed),
            },
            Filter = new TransactionFilter(selection.Operations(parsed), selection.Pvs(parsed), selection.Range(parsed)),
            Top = parsed.GetValue(top),
        }.Execute());
        return command;
    }
}
