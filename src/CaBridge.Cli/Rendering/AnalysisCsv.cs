using System.Globalization;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>
/// The CSV of <c>analyze</c> (RFC 4180, but lines end with <c>\n</c>): one table, its columns named as the JSON's fields. An empty cell is
/// what JSON has as null.
/// </summary>
internal sealed class AnalysisCsv(TextWriter output)
{
    private readonly EndpointTexts<string> _endpoints = new(endpoint => endpoint.ToString());

    public void WriteTransactionHeader() => output.Write(
        "operation,pv,client,server,requested_unix_ns,latency_ns,outcome,status,tries,fan_out,bytes,request_frame,reply_frame\n");

    /// <summary>Passes over replies without request, as JSON does.</summary>
    public void Add(in Transaction transaction)
    {
        if (transaction.Outcome == Outcome.NoRequest)
        {
            return;
        }

        WriteLine(
            transaction.Operation.Name(),
            transaction.Pv?.Text,
            _endpoints.Of(transaction.Client),
            _endpoints.Of(transaction.Server),
            Number(transaction.RequestedAt.UnixNanoseconds),
            Number(transaction.Latency?.Nanoseconds),
            transaction.Outcome.Name(),
            StatusText.Of(transaction.Status),
            Number(transaction.Tries),
            Number(transaction.FanOut),
            Number(transaction.Bytes),
            Frame(transaction.RequestFrame),
            Frame(transaction.ReplyFrame));
    }

    public void WriteLatency(AnalysisReport report)
    {
        WriteLine(["operation", GroupingNames.Name(report.Grouping), "count", .. LatencyFigure.All.Select(figure => figure.Name), "exact"]);
        foreach (var (operation, key, summary) in report.Latency)
        {
            var figures = LatencyFigure.All.Select(figure => figure.Whole is { } whole ? Number(whole(summary)) : Exact(figure.Real(summary)));
            WriteLine([operation.Name(), key, Number(summary.Count), .. figures, summary.Exact ? "true" : "false"]);
        }
    }

    public void WriteFindings(IReadOnlyList<Finding> findings)
    {
        WriteLine("id", "severity", "title", "pv", "server", "client", "count", "first_unix_ns", "last_unix_ns", "frames", "confidence", "in_gap", "advice");
        foreach (var finding in findings)
        {
            WriteLine(
                finding.Kind.Id(),
                finding.Severity.Name(),
                finding.Title,
                FindingJson.Listed(finding.Pvs),
                FindingJson.Listed([.. finding.Servers.Select(endpoint => endpoint.HostOrEndpointText())]),
                FindingJson.Listed([.. finding.Clients.Select(endpoint => endpoint.HostOrEndpointText())]),
                Number(finding.Count),
                Number(finding.First.UnixNanoseconds),
                Number(finding.Last.UnixNanoseconds),
                string.Join(' ', finding.Frames),
                finding.Confidence.Name(),
                finding.InGap ? "true" : "false",
                finding.Advice);
        }
    }

    private static string? Frame(long frame) => frame == 0 ? null : Number(frame);

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Exact(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);

    private void WriteLine(params ReadOnlySpan<string?> cells) => CsvLine.Write(output, cells);
}
