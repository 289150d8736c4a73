using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Live.Top;

/// <summary>A heading, and lines below it.</summary>
internal sealed record TopTable(string Heading, IReadOnlyList<string> Lines, bool IsAlert = false);

/// <summary>The tables of a screen of some width.</summary>
internal sealed class TopTables(TopSnapshot snapshot, TopSort sort, int width)
{
    private const int Figure = 10;
    private const int CountWidth = 9;
    private const int OperationWidth = 9;
    private const int ServerWidth = 16;
    private const int PvWidth = 26;
    private const string NoFigure = "-";

    private static readonly TopColumn[] Figures =
    [
        new("50%", Figure, Importance: 3),
        new("95%", Figure, Importance: 0),
        new("99%", Figure, Importance: 4),
        new("max", Figure),
    ];

    public TopTable Operations()
    {
        var columns = new TopColumns(
            width,
            [
                new("operation", OperationWidth, IsText: true, Grows: true), new("per s", 8, Importance: 5), new("requests", CountWidth), new("answered", CountWidth, Importance: 6),
                new("failed", 7, Importance: 1), new("no reply", 8), .. Figures,
            ]);
        var latencies = snapshot.ByOperation.ToDictionary(row => row.Operation, row => row.Summary);
        return new TopTable(columns.Heading, [.. snapshot.Accounts.Select(account => columns.Line(
            [
                account.Operation.Name(),
                PerSecond(account.Requests),
                TopColumns.Count(account.Requests),
                TopColumns.Count(account.Answered),
                TopColumns.Count(account.Failed),
                TopColumns.Count(account.Unanswered),
                .. latencies.TryGetValue(account.Operation, out var summary) ? TopColumns.Figures(in summary) : [NoFigure, NoFigure, NoFigure, NoFigure],
            ]))]);
    }

    public TopTable Servers() => Latencies("server", ServerWidth, snapshot.ByServer);

    public TopTable Pvs() => Latencies("slowest PVs", PvWidth, snapshot.ByPv);

    public TopTable Reasons()
    {
        var columns = new TopColumns(width, new TopColumn("no reply", 20, IsText: true), new TopColumn("operation", OperationWidth, IsText: true), new TopColumn("count", CountWidth));
        var rows = snapshot.Accounts.SelectMany(account => new[]
        {
            (account.Operation, Reason: Outcome.TimedOut, Count: account.TimedOut),
            (account.Operation, Reason: Outcome.CircuitClosed, Count: account.CircuitClosed),
            (account.Operation, Reason: Outcome.LostInGap, Count: account.LostInGap),
            (account.Operation, Reason: Outcome.Pending, Count: account.Pending),
        });
        var lines = rows.Where(row => row.Count > 0).OrderByDescending(row => row.Count)
            .Select(row => columns.Line(OutcomeText.Words(row.Reason), row.Operation.Name(), TopColumns.Count(row.Count)));
        return new TopTable(columns.Heading, [.. lines], IsAlert: true);
    }

    public TopTable Unanswered()
    {
        var columns = new TopColumns(
            width,
            new TopColumn("asked at", 15, IsText: true),
            new TopColumn("operation", OperationWidth, Importance: 3, IsText: true),
            new TopColumn("PV", 16, IsText: true, Grows: true),
            new TopColumn("server", 15, Importance: 1, IsText: true),
            new TopColumn("client", 15, Importance: 0, IsText: true),
            new TopColumn("why", 18, Importance: 2, IsText: true));
        return new TopTable(columns.Heading, [.. snapshot.Unanswered.Select(transaction => columns.Line(
            InstantText.TimeOfDay(transaction.RequestedAt),
            transaction.Operation.Name(),
            transaction.Pv is { } pv ? ForeignText.Word(pv.Text) : NoFigure,
            transaction.Server == default ? NoFigure : transaction.Server.AddressText(),
            transaction.Client.AddressText(),
            OutcomeText.Words(transaction.Outcome)))]);
    }

    private TopTable Latencies(string heading, int keyWidth, IReadOnlyList<LatencyRow> rows)
    {
        var columns = new TopColumns(
            width,
            [
                new(heading, keyWidth, IsText: true, Grows: true), new("operation", OperationWidth, Importance: 5, IsText: true), new("per s", 8, Importance: 1),
                new("replies", CountWidth, Importance: 2), .. Figures,
            ]);
        return new TopTable(columns.Heading, [.. Sorted(rows).Select(row => columns.Line(
            [
                row.Key is { } key ? ForeignText.Word(key) : "(no PV)",
                row.Operation.Name(),
                PerSecond(row.Summary.Count),
                TopColumns.Count(row.Summary.Count),
                .. TopColumns.Figures(row.Summary),
            ]))]);
    }

    private IEnumerable<LatencyRow> Sorted(IReadOnlyList<LatencyRow> rows) => sort switch
    {
        TopSort.Name => rows.OrderBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Operation),
        TopSort.Count => rows.OrderByDescending(row => row.Summary.Count),
        TopSort.Median => rows.OrderByDescending(row => row.Summary.Percentile50),
        TopSort.P99 => rows.OrderByDescending(row => row.Summary.Percentile99),
        _ => rows.OrderByDescending(row => row.Summary.Maximum),
    };

    private string PerSecond(long count) => snapshot.Span.Nanoseconds <= 0 ? NoFigure : TopColumns.Rate(count / snapshot.Span.TotalSeconds);
}
