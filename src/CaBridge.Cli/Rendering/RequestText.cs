using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>What became of the requests, but for their latency: those without reply, those that failed, and the accounts.</summary>
internal sealed class RequestText(TextWriter output, TextStyle style)
{
    public const string NothingSelected = "No request matches the selection (--operation, --pv, --from, --to).";

    private const int ShownPvs = 5;
    private const int ShownRows = 50;

    /// <summary>What the accounts need with their last heading in full.</summary>
    private const int WideColumns = 96;

    /// <param name="top">Rows of a table; more of them, where it is small.</param>
    public void Write(AnalysisReport report, int top)
    {
        var rows = Math.Max(top, ShownRows);
        WriteUnanswered(report, rows);
        WriteFailures(report.Failures, rows);
        WriteErrors(report.Capture.Messages);
        WriteAccounts(report.Operations);
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private void WriteUnanswered(AnalysisReport report, int rows)
    {
        var total = report.UnansweredTotal;
        var which = report.IsFiltered ? "selected " : "";
        var sentence = total == 1
            ? $"1 {which}request was unanswered during this capture"
            : $"{Count(total)} {which}requests were unanswered during this capture";
        output.WriteLine();
        if (report.IsNothingSelected)
        {
            output.WriteLine(style.Alert(NothingSelected));
            return;
        }

        if (total == 0)
        {
            output.WriteLine($"{sentence}.");
            return;
        }

        var byOperation = report.UnansweredCounts
            .GroupBy(count => count.Operation)
            .Select(group => $"{Count(group.Sum(count => count.Count))} {group.Key.Name()}");
        output.WriteLine(style.Alert($"{sentence}: {string.Join(", ", byOperation)}."));
        var pvs = report.Unanswered.ToLookup(
            transaction => (transaction.Operation, transaction.Server.Host, transaction.Outcome),
            transaction => transaction.Pv?.Text);
        var table = new TextTable(["operation", "server", "reason", "count", "PVs"], 1, 2, 4) { Flexible = 4 };
        foreach (var (operation, server, reason, count) in Most(report.UnansweredCounts, count => count.Count, rows))
        {
            table.Add(
                operation.Name(),
                ServerText(server),
                OutcomeText.Words(reason),
                Count(count),
                FirstPvs(pvs[(operation, server, reason)]));
        }

        table.Write(output, style);
        WriteRest(report.UnansweredCounts.Count - rows);
        if (report.IsUnansweredCut)
        {
            output.WriteLine($"PVs are those of the first {Count(report.Unanswered.Count)} only; --max-unanswered takes more");
        }
    }

    private void WriteFailures(IReadOnlyList<FailureCount> failures, int rows)
    {
        if (failures.Count == 0)
        {
            return;
        }

        var total = failures.Sum(failure => failure.Count);
        output.WriteLine();
        output.WriteLine(style.Alert(total == 1 ? "1 request failed." : $"{Count(total)} requests failed."));
        var table = new TextTable(["operation", "server", "status", "count", "PVs"], 1, 2, 4) { Flexible = 4 };
        foreach (var (operation, server, status, count, pvs, more) in Most(failures, failure => failure.Count, rows))
        {
            table.Add(operation.Name(), ServerText(server), StatusText.Of(status) ?? "refused", Count(count), List(pvs, more));
        }

        table.Write(output, style);
        WriteRest(failures.Count - rows);
    }

    /// <summary>What has no transaction, as a WRITE that was refused, is told by nothing else.</summary>
    private void WriteErrors(IReadOnlyList<MessageCount> messages)
    {
        var errors = messages.Where(message => message.Command == CaCommand.Error).Sum(message => message.Count);
        if (errors > 0)
        {
            output.WriteLine();
            output.WriteLine(style.Alert($"{Count(errors)} ERROR {(errors == 1 ? "message" : "messages")} came from servers; decode --command ERROR tells what they refuse."));
        }
    }

    /// <summary>In their order; where they are too many, the most frequent ones.</summary>
    private static IEnumerable<T> Most<T>(IReadOnlyList<T> counts, Func<T, long> count, int rows) =>
        counts.Count <= rows ? counts : counts.OrderByDescending(count).Take(rows);

    private void WriteRest(int hidden)
    {
        if (hidden > 0)
        {
            output.WriteLine($"… and {Count(hidden)} more; these have the highest counts (--top for more, --format json for all)");
        }
    }

    private static string ServerText(Endpoint server) => server == default ? LatencyTable.OtherKey : server.AddressText();

    private static string FirstPvs(IEnumerable<string?> names)
    {
        string[] distinct = [.. names.OfType<string>().Distinct(StringComparer.Ordinal).Take(ShownPvs + 1)];
        return List(distinct.Take(ShownPvs), distinct.Length > ShownPvs);
    }

    private static string List(IEnumerable<string> pvs, bool more)
    {
        var list = string.Join(", ", pvs.Select(ForeignText.Word));
        return more ? $"{list}, …" : list;
    }

    private void WriteAccounts(IReadOnlyList<OperationAccount> accounts)
    {
        if (accounts.All(account => account.Requests == account.Answered && account.RepliesWithoutRequest == 0))
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(style.Heading("Requests = answered + failed + pending + timed out + closed + lost"));
        string[] headings = [.. AccountTerm.All.Select(term => term.Heading)];
        headings[^1] = style.Columns < WideColumns ? "no request" : headings[^1];
        var table = new TextTable(["operation", .. headings]);
        foreach (var account in accounts)
        {
            table.Add([account.Operation.Name(), .. AccountTerm.All.Select(term => Count(term.Of(account)))]);
        }

        table.Write(output, style);
    }
}
