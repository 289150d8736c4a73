using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Report;

/// <summary>The tables behind the pictures.</summary>
internal sealed class ReportTables(HtmlWriter html)
{
    public void Write(ReportContent content)
    {
        var (report, statistics, top) = (content.Analysis, content.Statistics, content.Top);
        Func<CaptureTime, string> time = IsOneDay(report.Capture) ? InstantText.TimeOfDay : Figures.Time;
        html.Markup("<section id=\"slowest\" aria-labelledby=\"slowest-h\"><h2 id=\"slowest-h\">Slowest operations and PVs</h2>");
        WriteSlowest(statistics.Slowest.Kept, time, top, report.Latency.Sum(row => row.Summary.Count));
        WriteSlowestPvs(report, top);
        html.Markup("</section>\n");
        WriteUnanswered(report, time, top);
        WriteFailures(report.Failures, top);
        WriteHosts("servers", "Servers", "Searches without reply are not counted here: they went to everybody.", statistics.Hosts.Servers, top);
        WriteHosts("clients", "Clients", "", statistics.Hosts.Clients, top);
        html.Markup("<section id=\"recording\" aria-labelledby=\"recording-h\"><h2 id=\"recording-h\">The recording itself</h2>");
        WriteAccounts(report.Operations);
        WriteAnomalies(report.Capture.Anomalies);
        WriteMessages(report.Capture.Messages);
        html.Markup("</section>\n");
    }

    /// <summary>Then the page's head has told it.</summary>
    private static bool IsOneDay(AnalyzerSnapshot capture) =>
        capture is { First: { } first, Last: { } last } && string.Equals(InstantText.Date(first), InstantText.Date(last), StringComparison.Ordinal);

    private static string Frame(long frame) => frame == 0 ? Figures.None : Figures.Count(frame);

    private void WriteSlowest(IReadOnlyList<Transaction> slowest, Func<CaptureTime, string> time, int top, long all) =>
        new ReportTable(html, "slowest-operations", "Slowest operations") { IsPart = true, Order = "the slowest", Nothing = "No operation got a reply." }.Write(
            [
                new("PV", transaction => transaction.Pv?.Text ?? Figures.None) { IsLong = true },
                new("Operation", transaction => transaction.Operation.Name()),
                new("Latency, ms", transaction => Figures.Milliseconds(transaction.Latency.GetValueOrDefault().Nanoseconds)) { IsNumber = true },
                new("Requested, UTC", transaction => time(transaction.RequestedAt)),
                new("Client", transaction => Figures.Host(transaction.Client)),
                new("Server", transaction => Figures.Host(transaction.Server)),
                new("Status", transaction => StatusText.Of(transaction.Status) ?? "refused"),
                new("Frames", transaction => $"{Frame(transaction.RequestFrame)} to {Frame(transaction.ReplyFrame)}"),
            ],
            slowest,
            top,
            all);

    private void WriteSlowestPvs(AnalysisReport report, int top)
    {
        var note = report.UnrankedLatencies > 0 ? $"{Figures.Count(report.UnrankedLatencies)} latencies of further PVs are not in this ranking: there are too many." : "";
        new ReportTable(html, "slowest-pvs", "Slowest PVs", note) { IsPart = true, Nothing = "No PV got a reply." }.Write(
            [
                new("PV", pv => pv.Pv.Text) { IsLong = true },
                new("Operation", pv => pv.Operation.Name()),
                new("Server", pv => Figures.Host(pv.Server)),
                new("Replies", pv => Figures.Count(pv.Count)) { IsNumber = true },
                new("Mean, ms", pv => Figures.Milliseconds(pv.Mean)) { IsNumber = true },
                new("Longest, ms", pv => Figures.Milliseconds(pv.Maximum)) { IsNumber = true },
            ],
            report.SlowestPvs,
            top);
    }

    private void WriteUnanswered(AnalysisReport report, Func<CaptureTime, string> time, int top)
    {
        html.Markup("<section id=\"unanswered\" aria-labelledby=\"unanswered-h\"><h2 id=\"unanswered-h\">Unanswered requests</h2>");
        new ReportTable(html, "unanswered-counts", "By operation, server and reason") { IsPart = true }.Write(
            [
                new("Operation", count => count.Operation.Name()),
                new("Server", count => Figures.Host(count.Server)),
                new("Reason", count => OutcomeText.Words(count.Reason)),
                new("Requests", count => Figures.Count(count.Count)) { IsNumber = true },
            ],
            report.UnansweredCounts,
            top);
        if (report.UnansweredTotal > 0)
        {
            new ReportTable(html, "unanswered-requests", "One by one") { IsPart = true, Order = "those that ended first" }.Write(
                [
                    new("PV", transaction => transaction.Pv?.Text ?? Figures.None) { IsLong = true },
                    new("Operation", transaction => transaction.Operation.Name()),
                    new("Reason", transaction => OutcomeText.Words(transaction.Outcome)),
                    new("Requested, UTC", transaction => time(transaction.RequestedAt)),
                    new("Client", transaction => Figures.Host(transaction.Client)),
                    new("Server", transaction => Figures.Host(transaction.Server)),
                    new("Request frame", transaction => Frame(transaction.RequestFrame)) { IsNumber = true },
                ],
                report.Unanswered,
                top,
                report.UnansweredTotal);
        }

        if (report.NotServed.Count > 0)
        {
            new ReportTable(html, "not-served", "Names that nobody serves", "They were searched; no server answered, to any client, nor was a channel created.") { IsPart = true, Order = "the first by name" }
                .Write([new("Name", name => name) { IsLong = true }], report.NotServed, top);
        }

        html.Markup("</section>\n");
    }

    private void WriteFailures(IReadOnlyList<FailureCount> failures, int top) =>
        new ReportTable(html, "failures", "Failed requests") { Nothing = "No request failed." }.Write(
            [
                new("Operation", failure => failure.Operation.Name()),
                new("Server", failure => Figures.Host(failure.Server)),
                new("Status", failure => StatusText.Of(failure.Status) ?? "refused"),
                new("Requests", failure => Figures.Count(failure.Count)) { IsNumber = true },
                new("PVs", failure => string.Join(", ", failure.Pvs) + (failure.HasMorePvs ? ", …" : "")) { IsLong = true },
            ],
            failures,
            top);

    private void WriteHosts(string id, string heading, string note, IReadOnlyList<HostTotal> hosts, int top) =>
        new ReportTable(html, id, heading, note).Write(
            [
                new("Address", host => Figures.Host(host.Host)),
                new("Requests", host => Figures.Count(host.Requests)) { IsNumber = true },
                new("Answered", host => Figures.Count(host.Answered)) { IsNumber = true },
                new("Failed", host => Figures.Count(host.Failed)) { IsNumber = true },
                new("Unanswered", host => Figures.Count(host.Unanswered)) { IsNumber = true },
                new("Longest, ms", host => Figures.Milliseconds(host.MaximumNanoseconds)) { IsNumber = true },
            ],
            hosts,
            top);

    private void WriteAccounts(IReadOnlyList<OperationAccount> accounts) =>
        new ReportTable(html, "accounts", "Operations", "Requests are the sum of the six columns after them.") { IsPart = true, Nothing = "No operation." }.Write<OperationAccount>(
            [
                new("Operation", account => account.Operation.Name()),
                .. AccountTerm.All.Select(term => new Column<OperationAccount>(Capital(term.Heading), account => Figures.Count(term.Of(account))) { IsNumber = true }),
            ],
            accounts,
            int.MaxValue);

    private void WriteAnomalies(IReadOnlyList<AnomalyCount> anomalies) =>
        new ReportTable(html, "anomalies", "Anomalies", "What the recording has that it should not, or that had to be passed over.") { IsPart = true }.Write(
            [
                new("What", anomaly => AnomalyText.Words(anomaly.Kind)),
                new("Count", anomaly => Figures.Count(anomaly.Count)) { IsNumber = true },
                new("Bytes", anomaly => anomaly.Bytes == 0 ? Figures.None : Figures.Count(anomaly.Bytes)) { IsNumber = true },
                new("First frame", anomaly => Frame(anomaly.FirstFrame)) { IsNumber = true },
            ],
            anomalies,
            int.MaxValue);

    private void WriteMessages(IReadOnlyList<MessageCount> messages) =>
        new ReportTable(html, "messages", "Messages") { IsPart = true }.Write(
            [
                new("Command", message => message.Command.Name()),
                new("Transport", message => message.Transport == Transport.Tcp ? "TCP" : "UDP"),
                new("Sender", message => message.Sender switch { Sender.Client => "client", Sender.Server => "server", _ => "unknown" }),
                new("Count", message => Figures.Count(message.Count)) { IsNumber = true },
            ],
            messages,
            int.MaxValue);

    private static string Capital(string heading) => string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(heading[0])}{heading.AsSpan(1)}");
}
