using CaBridge.Analysis;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Report;

/// <summary>The sentences of the summary, the one that matters most first.</summary>
internal static class SummarySentences
{
    private const int NamedPvs = 3;
    private const int NamedGroups = 3;
    private const int NamedFindings = 3;

    /// <summary>A part of the time above which it is worth a sentence.</summary>
    private const double MostOf = 0.5;

    private static readonly AnomalyKind[] Blind =
        [AnomalyKind.TcpGap, AnomalyKind.FrameCut, AnomalyKind.CircuitCut, AnomalyKind.MessageResync, AnomalyKind.TableEvicted];

    /// <returns>At least one.</returns>
    public static IReadOnlyList<string> Of(ReportContent content)
    {
        var report = content.Analysis;
        if (!report.IsAnythingFound)
        {
            return ["Nothing of Channel Access was found in this recording."];
        }

        if (report.IsNothingSelected)
        {
            return ["There is Channel Access in this recording, but no request matches the selection."];
        }

        return
        [
            Overview(content),
            .. Findings(report.Findings, content.Causes),
            .. Unanswered(report),
            .. Failed(report.Failures),
            .. Slowest(content),
            .. Connections(report.Connections),
            .. Quality(report.Capture.Anomalies),
        ];
    }

    private static string Overview(ReportContent content)
    {
        var hosts = content.Statistics.Hosts;
        var pvs = content.Statistics.Pvs;
        var operations = content.Analysis.Operations;
        var requests = operations.Sum(account => account.Requests);
        var answered = operations.Sum(account => account.Answered);
        var created = operations.Where(account => account.Operation == Operation.Create).Sum(account => account.Answered);
        var span = content.Analysis.Capture is { First: { } first, Last: { } last } ? $"In {DurationUnit.Span((last - first).Nanoseconds)}, " : "";
        var servers = hosts.Servers.Count(server => server.Answered + server.Failed > 0);
        return $"{span}{Figures.Count(hosts.Clients.Count, "client")} made {Figures.Count(requests, "request")} "
            + $"about {(pvs.HasMore ? "more than " : "")}{Figures.Count(pvs.Count, "PV")} to {Figures.Count(servers, "server")}, "
            + $"and created {Figures.Count(created, "channel")}; "
            + (answered == requests ? "every request was answered." : $"{Figures.Percent(answered, requests)} of the requests were answered.");
    }

    private static IEnumerable<string> Findings(IReadOnlyList<Finding> findings, IReadOnlyList<Finding> causes)
    {
        if (findings.Count == 0)
        {
            yield break;
        }

        int Having(FindingSeverity severity) => findings.Count(finding => finding.Severity == severity);

        string[] parts =
        [
            .. new[] { (Having(FindingSeverity.Error), "error"), (Having(FindingSeverity.Warning), "warning"), (Having(FindingSeverity.Info), "note") }
                .Where(part => part.Item1 > 0)
                .Select(part => Figures.Count(part.Item1, part.Item2)),
        ];
        yield return $"{Figures.Count(findings.Count, "finding")} ({string.Join(", ", parts)}): "
            + string.Join(" ", causes.Take(NamedFindings).Select(finding => AsSentence(finding.Title)))
            + (findings.Count > Math.Min(NamedFindings, causes.Count) ? " The others are below." : "");
    }

    private static IEnumerable<string> Unanswered(AnalysisReport report)
    {
        if (report.UnansweredTotal == 0)
        {
            yield return "No request stayed without answer.";
            yield break;
        }

        var byOperation = report.UnansweredCounts
            .GroupBy(count => count.Operation)
            .OrderByDescending(group => group.Sum(count => count.Count))
            .Select(group => $"{Figures.Count(group.Sum(count => count.Count))} {group.Key.Name()} {(group.Sum(count => count.Count) == 1 ? "request" : "requests")} ({string.Join(", ", group.GroupBy(count => count.Reason).Select(reason => OutcomeText.Words(reason.Key)))})");
        yield return $"{Figures.Count(report.UnansweredTotal, "request")} stayed without answer: {string.Join(", ", byOperation)}.";
        if (report.NotServed.Count > 0)
        {
            yield return $"{Figures.Count(report.NotServed.Count, "name was searched that nobody serves", "names were searched that nobody serves")}: {Figures.Names(report.NotServed, NamedPvs, report.NotServed.Count)}.";
        }
    }

    private static IEnumerable<string> Failed(IReadOnlyList<FailureCount> failures)
    {
        if (failures.Count > 0)
        {
            var groups = failures.OrderByDescending(failure => failure.Count).Take(NamedGroups).Select(failure =>
                $"{Figures.Count(failure.Count)} {failure.Operation.Name()} at {Figures.Host(failure.Server)} with {StatusText.Of(failure.Status) ?? "no status"}"
                + (failure.Pvs.Count > 0 ? $" ({string.Join(", ", failure.Pvs.Take(NamedPvs))}{(failure.HasMorePvs || failure.Pvs.Count > NamedPvs ? " and others" : "")})" : ""));
            yield return $"{Figures.Count(failures.Sum(failure => failure.Count), "request")} failed: {string.Join("; ", groups)}{(failures.Count > NamedGroups ? "; and others" : "")}.";
        }
    }

    private static IEnumerable<string> Slowest(ReportContent content)
    {
        if (content.Statistics.Slowest.Kept is [{ Latency: { } latency } slowest, ..])
        {
            var rows = content.Analysis.Latency.Where(row => row.Operation == slowest.Operation && string.Equals(row.Key, slowest.Server.AddressText(), StringComparison.Ordinal));
            var usual = content.Analysis.Grouping == LatencyGrouping.Server
                ? string.Concat(rows.Take(1).Select(row => $"; half of its {Figures.Count(row.Summary.Count)} {slowest.Operation.Name()} replies took at most {Figures.Duration(row.Summary.Percentile50)}, 99 % at most {Figures.Duration(row.Summary.Percentile99)}"))
                : "";
            yield return $"The slowest operation was a {slowest.Operation.Name()}{(slowest.Pv is { } pv ? $" of {pv.Text}" : "")} at {slowest.Server.AddressText()}: {Figures.Duration(latency.Nanoseconds)}{usual}.";
        }
    }

    private static IEnumerable<string> Connections(ConnectionTable connections)
    {
        if (connections.Count == 0)
        {
            yield break;
        }

        var servers = connections.ByServer();
        var total = servers.Sum(server => server.TotalNanoseconds);
        yield return $"{Figures.Count(connections.Count, "channel took", "channels took")} {Figures.Duration(total)} in sum from the first search to the first value; of that, {Waits(servers, total)}.";
        foreach (var server in servers.Take(NamedGroups).Where(server => servers.Count > 1 && server.TotalNanoseconds > 0))
        {
            yield return $"{Figures.Host(server.Host)}: {Share(server)}.";
        }
    }

    private static string Share(ConnectionSummary server)
    {
        var part = server[server.Longest];
        var channels = Figures.Count(server.Count, "channel");
        return part > server.TotalNanoseconds * MostOf
            ? $"{Figures.Duration(part)} of {Figures.Duration(server.TotalNanoseconds)} for {channels} {(server.Longest == ConnectionWait.SearchBackoff ? "were" : "was")} {ConnectionWords.Of(server.Longest)}"
            : $"{Figures.Duration(server.TotalNanoseconds)} for {channels}, most of it {ConnectionWords.Of(server.Longest)} ({Figures.Duration(part)})";
    }

    private static string Waits(IReadOnlyList<ConnectionSummary> servers, long total)
    {
        var waits = Enumerable.Range(0, ChannelConnection.WaitCount)
            .Select(wait => (Wait: (ConnectionWait)wait, Sum: servers.Sum(server => server[(ConnectionWait)wait])))
            .Where(wait => wait.Sum > 0)
            .OrderByDescending(wait => wait.Sum)
            .Select(wait => $"{Figures.Percent(wait.Sum, total)} {(wait.Wait == ConnectionWait.SearchBackoff ? "were" : "was")} {ConnectionWords.Of(wait.Wait)}");
        return string.Join(", ", waits);
    }

    private static IEnumerable<string> Quality(IReadOnlyList<AnomalyCount> anomalies)
    {
        var blind = anomalies.Where(anomaly => Blind.Contains(anomaly.Kind)).Select(anomaly => $"{Figures.Count(anomaly.Count)} {AnomalyText.Words(anomaly.Kind)}").ToList();
        if (blind.Count > 0)
        {
            yield return $"The recording does not show everything: {string.Join(", ", blind)}. What is missing may be the recording's fault and not a server's.";
        }
    }

    private static string AsSentence(string title) => title.EndsWith('.') ? title : $"{title}.";
}
