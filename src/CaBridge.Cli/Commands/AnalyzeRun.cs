using System.Globalization;
using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Commands;

internal enum OutputFormat
{
    Table,
    Json,
    Csv,
}

/// <summary>One <c>analyze</c> as the command line asks for it.</summary>
internal sealed record AnalyzeRun
{
    private const int OutputBufferChars = 32 * 1024;

    public required IReadOnlyList<string> Files { get; init; }

    public required AnalyzerOptions Options { get; init; }

    public required StatisticsOptions Statistics { get; init; }

    public required TransactionFilter Filter { get; init; }

    public required LatencyGrouping Grouping { get; init; }

    public required int Top { get; init; }

    public required bool Transactions { get; init; }

    public required bool Messages { get; init; }

    /// <summary>Whether the slowest connections are listed.</summary>
    public required bool Connections { get; init; }

    /// <summary>Whether nothing but findings is told.</summary>
    public required bool FindingsOnly { get; init; }

    /// <summary>A finding of this severity or above changes the exit code; null: none does.</summary>
    public required FindingSeverity? FailOn { get; init; }

    public required OutputFormat Format { get; init; }

    /// <returns>The exit code.</returns>
    /// <exception cref="CaptureException">No file can be opened; nothing has been printed then.</exception>
    /// <exception cref="InterruptedException">The user ended it; nothing but transactions has been printed.</exception>
    public int Execute()
    {
        using var input = CaptureInput.Open(Files);
        using var output = StandardOutput.Open();
        var report = Format switch
        {
            OutputFormat.Json => AnswerJson(input, output),
            OutputFormat.Csv => AnswerCsv(input, output),
            _ => AnswerText(input, output),
        };
        return Verdict(report);
    }

    private static StreamWriter Text(Stream output) =>
        new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), OutputBufferChars, leaveOpen: true);

    private AnalysisReport AnswerJson(CaptureInput input, Stream output)
    {
        using var json = new AnalysisJson(output);
        if (Transactions)
        {
            json.BeginTransactions();
        }

        var report = Analyze(input, json.Add);
        if (FindingsOnly)
        {
            json.FinishFindings(report);
        }
        else
        {
            json.Finish(report, Connections);
        }

        return report;
    }

    private AnalysisReport AnswerCsv(CaptureInput input, Stream output)
    {
        using var text = Text(output);
        var csv = new AnalysisCsv(text);
        if (Transactions)
        {
            csv.WriteTransactionHeader();
        }

        var report = Analyze(input, csv.Add);
        if (FindingsOnly)
        {
            csv.WriteFindings(report.Findings);
        }
        else if (!Transactions)
        {
            csv.WriteLatency(report);
        }

        return report;
    }

    private AnalysisReport AnswerText(CaptureInput input, Stream output)
    {
        var style = TextStyle.OfStandardOutput();
        using var text = Text(output);
        var transactions = new TransactionText(text, style);
        var report = Analyze(input, transactions.Add);
        transactions.End();
        if (FindingsOnly)
        {
            new FindingText(text, style).Write(report.Findings);
        }
        else
        {
            new AnalysisText(text, style).Write(report, Top, Messages, Connections);
        }

        return report;
    }

    private AnalysisReport Analyze(CaptureInput input, TransactionHandler onTransaction) => new CaptureAnalysis
    {
        Files = Files,
        Options = Options,
        Filter = Filter,
        Statistics = Connections ? Statistics : Statistics with { MaxConnections = 0 },
        Grouping = Grouping,
        Top = Top,
    }.Run(input, Transactions ? onTransaction : null, isQuiet: !Transactions);

    private int Verdict(AnalysisReport report)
    {
        if (Format == OutputFormat.Csv && !Transactions && report.IsUnansweredCut)
        {
            Complaint.Tell(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.UnansweredTotal:N0} requests were unanswered: --transactions lists all of them, --format json the first {report.Unanswered.Count:N0} (--max-unanswered)"));
        }

        var missed = report.IsNothingSelected && Format != OutputFormat.Table ? RequestText.NothingSelected : null;
        var code = ReadingVerdict.Tell(Files, report.Problems, report.IsAnythingFound, missed);
        return code == ExitCode.Success && FailOn is { } severity && report.Findings.Any(finding => finding.Severity >= severity) ? ExitCode.Findings : code;
    }
}
