using System.Globalization;
using System.Text;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Report;

/// <summary>How latencies are distributed: for each operation a histogram by server, all on one scale, and the table of figures.</summary>
internal sealed class DistributionSection(HtmlWriter html)
{
    private const int Height = 72;
    private const int MaxServers = 12;
    private const int MaxBars = 56;

    public void Write(ReportContent content)
    {
        html.Markup("<section id=\"latency\" aria-labelledby=\"latency-h\"><h2 id=\"latency-h\">Latencies</h2>");
        var operations = content.Statistics.Latency.Groups().ToLookup(group => group.Operation);
        if (operations.Count > 0)
        {
            html.Markup("<p class=\"note\">Each picture shows how many replies took how long; time runs to the right, in powers of ten. The lines are half (p50), 95 % and 99 % of the replies.</p>");
        }

        foreach (var operation in operations)
        {
            var summaries = content.Analysis.Latency.Where(row => row.Operation == operation.Key && row.Key is not null).ToDictionary(row => row.Key!, row => row.Summary, StringComparer.Ordinal);
            WriteOperation(operation.Key, [.. operation.Select(group => new Server(group.Key ?? Figures.None, group.Latency, summaries))]);
        }

        WriteTable(content);
        html.Markup("</section>\n");
    }

    private void WriteOperation(Operation operation, Server[] servers)
    {
        var all = new LatencyHistogram();
        foreach (var server in servers)
        {
            all.Merge(server.Latency);
        }

        html.Write($"<h3>{operation.Name()}</h3>");
        html.Write($"<p class=\"note\">{Figures.Count(all.Count, "reply", "replies")} of {Figures.Count(servers.Length, "server")}; the longest took {Figures.Duration(servers.Max(server => server.Summary.Maximum))}.</p><div class=\"cards\">");
        foreach (var (index, server) in servers.OrderByDescending(server => server.Latency.Count).Take(MaxServers).Index())
        {
            WriteHistogram(operation, index, server, all);
        }

        html.Markup("</div>");
        if (servers.Length > MaxServers)
        {
            html.Write($"<p class=\"note\">{Figures.Count(servers.Length - MaxServers, "more server")} with fewer replies {(servers.Length == MaxServers + 1 ? "is" : "are")} in the table below.</p>");
        }
    }

    private void WriteHistogram(Operation operation, int index, Server server, LatencyHistogram all)
    {
        var (latency, summary) = (server.Latency, server.Summary);
        var last = all.FirstBucket + Math.Max(all.Buckets.Length, 1) - 1;
        var perBar = 1;
        while ((last / perBar) - (all.FirstBucket / perBar) >= MaxBars)
        {
            perBar *= 2;
        }

        // whole bars, the same for all servers; a little room where there is one bar alone
        var first = (all.FirstBucket / perBar) - 2;
        var bars = new long[(last / perBar) + 3 - first];
        bars[2] += latency.ZeroCount;
        for (var i = 0; i < latency.Buckets.Length; i++)
        {
            bars[((latency.FirstBucket + i) / perBar) - first] += latency.Buckets[i];
        }

        var scale = new LogScale(BoundOf(first * perBar), BoundOf((first + bars.Length) * perBar));
        html.Write($"<figure class=\"card\"><figcaption><strong>{server.Key}</strong> {Figures.Count(latency.Count)} · p50 {Figures.Duration(summary.Percentile50)} · p99 {Figures.Duration(summary.Percentile99)}</figcaption>");
        var chart = new Chart(html, string.Create(CultureInfo.InvariantCulture, $"distribution-{operation.Name()}-{index}"), Height);
        chart.Begin($"Latencies of {operation.Name()} at {server.Key}", $"Half took at most {Figures.Duration(summary.Percentile50)}, 99 % at most {Figures.Duration(summary.Percentile99)}.", wide: false);
        foreach (var (nanoseconds, label) in scale.Ticks())
        {
            chart.TickX(scale.At(nanoseconds), label, grid: true);
        }

        chart.BeginPlot(bars.Length);
        html.Write($"<path class=\"bars\" d=\"{BarsOf(bars)}\"/>");
        chart.EndPlot();
        chart.Mark(scale.At(summary.Percentile50), "p50");
        chart.Mark(scale.At(summary.Percentile95), "p95");
        chart.Mark(scale.At(summary.Percentile99), "p99");
        chart.End();
        html.Markup("</figure>\n");
    }

    /// <summary>Where a bucket begins, in nanoseconds.</summary>
    private static double BoundOf(int bucket) => Math.Pow(2, bucket / (double)(1 << LatencyHistogram.Scale));

    private static string BarsOf(long[] bars)
    {
        var path = new StringBuilder();
        var most = bars.Max();
        for (var i = 0; i < bars.Length; i++)
        {
            if (bars[i] > 0)
            {
                var bar = Math.Max(1.5, (double)Height * bars[i] / most);
                path.Append(CultureInfo.InvariantCulture, $"M{i}.05 {Height}V{Height - bar:0.#}H{i}.95V{Height}Z");
            }
        }

        return path.ToString();
    }

    private void WriteTable(ReportContent content)
    {
        var report = content.Analysis;
        var rows = report.Latency.OrderByDescending(row => row.Summary.Maximum).ToList();
        if (rows.Count <= content.Top)
        {
            rows = [.. report.Latency];
        }

        var note = rows.Exists(row => !row.Summary.Exact) ? "Milliseconds. ~ is from a histogram, within 1.09 %: there are too many values to keep all of them." : "Milliseconds.";
        new ReportTable(html, "latency-figures", "By operation and server", note) { IsPart = true, Order = "the slowest", Nothing = "No request got a reply." }.Write<LatencyRow>(
            [
                new("Operation", row => row.Operation.Name()),
                new(report.Grouping == LatencyGrouping.Server ? "Server" : "By", row => row.Key ?? Figures.None),
                new("Replies", row => Figures.Count(row.Summary.Count)) { IsNumber = true },
                .. LatencyFigure.All.Select(figure => new Column<LatencyRow>(figure.Heading, row => Cell(figure, row.Summary)) { IsNumber = true }),
            ],
            rows,
            content.Top);
    }

    private static string Cell(LatencyFigure figure, LatencySummary summary) => figure.Nanoseconds(summary) is { } nanoseconds
        ? $"{(figure.IsPercentile && !summary.Exact ? "~" : "")}{Figures.Milliseconds(nanoseconds)}"
        : Figures.None;

    /// <summary>One server's latencies of an operation.</summary>
    private sealed class Server(string key, LatencyDistribution latency, Dictionary<string, LatencySummary> summaries)
    {
        public string Key { get; } = key;

        public LatencyHistogram Latency { get; } = latency.ToHistogram();

        /// <summary>That of the table, which may be exact where the histogram is not.</summary>
        public LatencySummary Summary { get; } = summaries.TryGetValue(key, out var summary) ? summary : latency.Summary();
    }
}
