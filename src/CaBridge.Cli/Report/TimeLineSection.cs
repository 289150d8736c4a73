using CaBridge.Analysis;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Report;

/// <summary>What happened when: requests, those without success, and latencies, in the buckets of a time line.</summary>
internal sealed class TimeLineSection(HtmlWriter html)
{
    private const int CountHeight = 130;
    private const int LatencyHeight = 110;
    private const int MarkerRoom = 24;
    private const int MaxMarkers = 20;

    private static readonly double[] Quantiles = [0.5, 0.95, 0.99];

    /// <summary>Their classes in the style sheet.</summary>
    private static readonly string[] QuantileNames = ["p50", "p95", "p99"];

    private TimeLine _line = new();

    public void Write(ReportContent content)
    {
        _line = content.Statistics.TimeLine;
        html.Markup("<section id=\"time\" aria-labelledby=\"time-h\"><h2 id=\"time-h\">Over time</h2>");
        if (_line.Count == 0)
        {
            html.Markup("<p>There was no request.</p></section>\n");
            return;
        }

        html.Write($"<p class=\"note\">From {Figures.Time(_line.Start)} to {Figures.Time(_line.End)} UTC, by the time of the request, in steps of {Figures.Step(_line.Width)}.</p>");
        WriteRequests(content.Causes);
        WriteUnsuccessful();
        html.Markup("<h3>Latency</h3><ul class=\"legend\"><li><span class=\"line p50\"></span>half took at most (p50)</li><li><span class=\"line p95\"></span>95 % (p95)</li><li><span class=\"line p99\"></span>99 % (p99)</li></ul><div class=\"charts\">");
        for (var operation = (Operation)0; (int)operation < OperationNames.Count; operation++)
        {
            WriteLatency(operation);
        }

        html.Markup("</div></section>\n");
    }

    /// <summary>A round number that is not less, and how many parts it is to be divided into.</summary>
    private static (long Most, int Parts) Round(long most)
    {
        for (var power = 1L; ; power *= 10)
        {
            foreach (var (factor, parts) in ((long, int)[])[(1, 1), (2, 2), (4, 4), (6, 3), (10, 2)])
            {
                if (factor * power >= most)
                {
                    return (factor * power, factor * power < parts ? 1 : parts);
                }
            }
        }
    }

    private string TimeLabel(double part)
    {
        var span = (double)_line.End.UnixNanoseconds - _line.Start.UnixNanoseconds;
        var time = new CaptureTime(_line.Start.UnixNanoseconds + (long)(span * part));
        var length = span < 20e9 ? "HH:mm:ss.fff".Length : "HH:mm:ss".Length;
        return span > 86_400e9
            ? $"{InstantText.Date(time)[5..]} {InstantText.TimeOfDay(time)[..5]}"
            : InstantText.TimeOfDay(time)[..length];
    }

    private void TimeTicks(Chart chart)
    {
        chart.TickX(0, TimeLabel(0));
        chart.TickX(0.5, TimeLabel(0.5));
        chart.TickX(1, TimeLabel(1));
    }

    private void WriteRequests(IReadOnlyList<Finding> findings)
    {
        var counts = Enumerable.Range(0, _line.Count).Select(i => _line[i]?.Requests ?? 0).ToList();
        html.Write($"<figure><figcaption>Requests per {Figures.Step(_line.Width)}{(findings.Count > 0 ? ", and where findings begin" : "")}</figcaption>");
        var chart = new Chart(html, "requests-chart", CountHeight, findings.Count > 0 ? MarkerRoom : 8);
        chart.Begin("Requests over time", $"At most {Figures.Count(counts.Max(), "request")} in one step, at {TimeLabel((counts.IndexOf(counts.Max()) + 0.5) / counts.Count)}.", wide: true);
        WriteBars(chart, counts, "requests", "request");
        WriteMarkers(chart, findings);
        chart.End();
        html.Markup("</figure>\n");
    }

    private void WriteUnsuccessful()
    {
        var failed = Enumerable.Range(0, _line.Count).Select(i => _line[i]?.Failed ?? 0).ToList();
        var unanswered = Enumerable.Range(0, _line.Count).Select(i => _line[i]?.Unanswered ?? 0).ToList();
        foreach (var (counts, kind, caption, one) in ((List<long>, string, string, string)[])
            [(failed, "failed", "Failed requests", "failed request"), (unanswered, "unanswered", "Requests that stayed without answer", "unanswered request")])
        {
            if (counts.TrueForAll(count => count == 0))
            {
                continue;
            }

            html.Write($"<figure><figcaption>{caption} per {Figures.Step(_line.Width)}</figcaption>");
            var chart = new Chart(html, $"{kind}-chart", CountHeight / 2);
            chart.Begin($"{caption} over time", $"{Figures.Count(counts.Sum())} in all, at most {Figures.Count(counts.Max())} in one step, at {TimeLabel((counts.IndexOf(counts.Max()) + 0.5) / counts.Count)}.", wide: true);
            WriteBars(chart, counts, kind, one);
            chart.End();
            html.Markup("</figure>\n");
        }
    }

    private void WriteBars(Chart chart, List<long> counts, string kind, string one)
    {
        var (most, parts) = Round(counts.Max());
        for (var part = 0; part <= parts; part++)
        {
            chart.TickY((double)part / parts, Figures.Count(most * part / parts));
        }

        TimeTicks(chart);
        chart.BeginPlot(counts.Count);
        for (var i = 0; i < counts.Count; i++)
        {
            if (counts[i] > 0)
            {
                // what is there is to be seen, be it little
                var bar = Math.Max(1.5, chart.PlotHeight * counts[i] / most);
                html.Write($"<rect class=\"{kind}\" x=\"{i}\" y=\"{chart.PlotHeight - bar:0.#}\" width=\"0.86\" height=\"{bar:0.#}\"><title>{Figures.Count(counts[i], one)} at {TimeLabel((double)i / counts.Count)}</title></rect>");
            }
        }

        chart.EndPlot();
    }

    private void WriteMarkers(Chart chart, IReadOnlyList<Finding> findings)
    {
        var span = (double)_line.End.UnixNanoseconds - _line.Start.UnixNanoseconds;
        var free = double.NegativeInfinity;
        foreach (var (index, finding) in findings.Index().Take(MaxMarkers).OrderBy(item => item.Item.First))
        {
            var part = Math.Clamp(((double)finding.First.UnixNanoseconds - _line.Start.UnixNanoseconds) / span, 0, 1);
            chart.Mark(part, $"marker {finding.Severity.Name()}");

            // numbers do not stand on each other
            var label = Math.Min(Math.Max(part, free), 0.98);
            free = label + 0.025;
            html.Write($"<a href=\"#{FindingSection.Anchor(index, finding)}\" aria-label=\"Finding {index + 1}\"><text class=\"marker {finding.Severity.Name()}\" x=\"{100 * label:0.##}%\" y=\"15\" text-anchor=\"{(label < 0.02 ? "start" : "middle")}\">#{index + 1}</text></a>");
        }
    }

    private void WriteLatency(Operation operation)
    {
        var values = new double[_line.Count, Quantiles.Length];
        var (least, most, replies) = (double.MaxValue, 0.0, 0L);
        for (var i = 0; i < _line.Count; i++)
        {
            var latency = _line[i]?.LatencyOf(operation);
            for (var q = 0; q < Quantiles.Length; q++)
            {
                values[i, q] = latency?.Quantile(Quantiles[q]) ?? double.NaN;
            }

            if (latency is not null)
            {
                replies += latency.Count;
                (least, most) = (Math.Min(least, values[i, 0]), Math.Max(most, values[i, Quantiles.Length - 1]));
            }
        }

        if (replies == 0)
        {
            return;
        }

        html.Write($"<figure><figcaption><strong>{operation.Name()}</strong> {Figures.Count(replies, "reply", "replies")}</figcaption>");
        var scale = LogScale.Around(least, most);
        var chart = new Chart(html, $"latency-{operation.Name()}", LatencyHeight);
        chart.Begin($"Latency of {operation.Name()} over time", $"Medians of the steps are from {Figures.Duration(least)} on; the 99th percentiles reach {Figures.Duration(most)}.", wide: true);
        foreach (var (nanoseconds, label) in scale.Ticks())
        {
            chart.TickY(scale.At(nanoseconds), label);
        }

        TimeTicks(chart);
        chart.BeginPlot(_line.Count);
        for (var q = Quantiles.Length - 1; q >= 0; q--)
        {
            html.Write($"<path class=\"{QuantileNames[q]}\" d=\"");
            WriteSteps(chart, scale, values, q);
            html.Markup("\"/>");
        }

        chart.EndPlot();
        chart.End();
        html.Markup("</figure>\n");
    }

    /// <summary>A level line for each step, joined to that of the step before.</summary>
    private void WriteSteps(Chart chart, LogScale scale, double[,] values, int quantile)
    {
        var joined = false;
        for (var i = 0; i < _line.Count; i++)
        {
            if (double.IsNaN(values[i, quantile]))
            {
                joined = false;
                continue;
            }

            var y = chart.PlotHeight * (1 - scale.At(values[i, quantile]));
            html.Write($"{(joined ? 'L' : 'M')}{i} {y:0.#}H{i + 1}");
            joined = true;
        }
    }
}
