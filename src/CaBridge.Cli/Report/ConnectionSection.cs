using CaBridge.Analysis;
using CaBridge.Analysis.Connections;

namespace CaBridge.Cli.Report;

/// <summary>Where the time went until a channel had its first value: the slowest ones as bars, and sums by server and by client.</summary>
internal sealed class ConnectionSection(HtmlWriter html)
{
    private const int MaxShown = 25;

    /// <summary>Units across a bar; its height is in pixels.</summary>
    private const int BarUnits = 10_000;
    private const int StagesHeight = 14;
    private const int WaitsTop = 16;
    private const int WaitsHeight = 5;

    private const int NamedStages = 4;

    /// <summary>By <see cref="ConnectionWait"/>.</summary>
    private static readonly string[] WaitHeadings = ["Search retries", "Network", "Server", "Client"];

    public void Write(ReportContent content)
    {
        var connections = content.Analysis.Connections;
        html.Markup("<section id=\"connections\" aria-labelledby=\"connections-h\"><h2 id=\"connections-h\">How channels connected</h2>");
        if (connections.Count == 0)
        {
            html.Markup("<p>No channel was seen from its creation on.</p></section>\n");
            return;
        }

        WriteSlowest(connections.Slowest(), connections.Count);
        WriteSummaries("connections-servers", "Time to connect, by server", connections.ByServer(), content.Top);
        WriteSummaries("connections-clients", "Time to connect, by client", connections.ByClient(), content.Top);
        html.Markup("</section>\n");
    }

    private void WriteSlowest(IReadOnlyList<ChannelConnection> slowest, long all)
    {
        if (slowest.Count == 0)
        {
            return;
        }

        var shown = Math.Min(slowest.Count, MaxShown);
        html.Write($"<h3>The slowest {(shown < all ? $"{Figures.Count(shown)} of {Figures.Count(all)}" : Figures.Count(shown))}</h3>");
        html.Write($"<p class=\"note\">From the first search to the first value. The upper bar is by stage, the thin one by what was waited for; all bars have one scale, to {Figures.Duration(slowest[0].Total.Nanoseconds)}.</p>");
        WriteLegends();
        html.Markup("<ol class=\"waterfall\">");
        foreach (var connection in slowest.Take(shown))
        {
            Write(in connection, slowest[0].Total);
        }

        html.Markup("</ol>\n");
    }

    private void WriteLegends()
    {
        html.Markup("<ul class=\"legend\">");
        for (var stage = 0; stage < ChannelConnection.StageCount; stage++)
        {
            html.Write($"<li><svg class=\"key\" aria-hidden=\"true\"><rect class=\"stage{stage}\" width=\"12\" height=\"12\"/></svg>{ConnectionWords.Of((ConnectionStage)stage)}</li>");
        }

        html.Markup("</ul><ul class=\"legend\"><li>waited for</li>");
        for (var wait = 0; wait < ChannelConnection.WaitCount; wait++)
        {
            html.Write($"<li><svg class=\"key\" aria-hidden=\"true\"><rect class=\"wait{wait}\" y=\"4\" width=\"12\" height=\"5\"/></svg>{ConnectionWords.Of((ConnectionWait)wait)}</li>");
        }

        html.Markup("</ul>");
    }

    private void Write(in ChannelConnection connection, CaptureDuration longest)
    {
        var scale = BarUnits / (double)Math.Max(longest.Nanoseconds, 1);
        html.Write($"<li><div class=\"who\"><strong>{connection.Pv.Text}</strong> <span>{Figures.Host(connection.Client)} to {Figures.Host(connection.Server)}</span> <span class=\"total\">{Figures.Duration(connection.Total.Nanoseconds)}</span></div>");
        html.Write($"<svg class=\"bar\" role=\"img\" aria-label=\"Stages of {connection.Pv.Text}\" viewBox=\"0 0 {BarUnits} {WaitsTop + WaitsHeight}\" preserveAspectRatio=\"none\">");
        var x = 0.0;
        for (var stage = 0; stage < ChannelConnection.StageCount; stage++)
        {
            var duration = connection.Stages[stage];
            if (duration > 0)
            {
                html.Write($"<rect class=\"stage{stage}\" x=\"{x:0.#}\" width=\"{duration * scale:0.#}\" height=\"{StagesHeight}\"><title>{ConnectionWords.Of((ConnectionStage)stage)}: {Figures.Duration(duration)}</title></rect>");
            }

            x += duration * scale;
        }

        x = 0;
        for (var wait = 0; wait < ChannelConnection.WaitCount; wait++)
        {
            var duration = connection.Waits[wait];
            if (duration > 0)
            {
                html.Write($"<rect class=\"wait{wait}\" x=\"{x:0.#}\" y=\"{WaitsTop}\" width=\"{duration * scale:0.#}\" height=\"{WaitsHeight}\"><title>{ConnectionWords.Of((ConnectionWait)wait)}: {Figures.Duration(duration)}</title></rect>");
            }

            x += duration * scale;
        }

        html.Markup("</svg>");
        html.Write($"<p class=\"note\">{StagesOf(in connection)}. {RemarksOf(in connection)}</p></li>\n");
    }

    /// <summary>The stages that took most of the time, the longest first, and what is left.</summary>
    private static string StagesOf(in ChannelConnection connection)
    {
        var (stages, total) = (connection.Stages, connection.Total.Nanoseconds);
        var named = Enumerable.Range(0, ChannelConnection.StageCount)
            .Select(stage => (Stage: (ConnectionStage)stage, Duration: stages[stage]))
            .Where(stage => stage.Duration > 0)
            .OrderByDescending(stage => stage.Duration)
            .Take(NamedStages)
            .ToList();
        var rest = total - named.Sum(stage => stage.Duration);
        var words = named.Select(stage => $"{ConnectionWords.Of(stage.Stage)} {Figures.Duration(stage.Duration)}");
        return total == 0 ? "No time at all" : string.Join(", ", rest > 0 ? words.Append($"the rest {Figures.Duration(rest)}") : words);
    }

    private static string RemarksOf(in ChannelConnection connection) => string.Join(
        "; ",
        (string[])
        [
            $"{Figures.Time(connection.Start)} UTC, frames {Figures.Count(connection.FirstFrame)} to {Figures.Count(connection.LastFrame)}",
            ConnectionWords.Of(connection.Result),
            .. connection.WasSearched ? (string[])[Figures.Count(connection.Tries, "search", "searches")] : ["no search seen"],
            .. connection.Without is { } without ? (string[])[$"was without its server for {Figures.Duration(without.Nanoseconds)}"] : [],
        ]);

    private void WriteSummaries(string id, string heading, IReadOnlyList<ConnectionSummary> summaries, int top) =>
        new ReportTable(html, id, heading, "Milliseconds; the four columns at the end are parts of the sum.") { IsPart = true, Order = "those with the longest sum" }.Write<ConnectionSummary>(
            [
                new("Address", summary => Figures.Host(summary.Host)),
                new("Channels", summary => Figures.Count(summary.Count)) { IsNumber = true },
                new("Reconnected", summary => Figures.Count(summary.Reconnections)) { IsNumber = true },
                new("With a value", summary => Figures.Count(summary.WithValue)) { IsNumber = true },
                new("Mean", summary => Figures.Milliseconds(summary.MeanNanoseconds)) { IsNumber = true },
                new("Longest", summary => Figures.Milliseconds(summary.MaximumNanoseconds)) { IsNumber = true },
                new("Sum", summary => Figures.Milliseconds(summary.TotalNanoseconds)) { IsNumber = true },
                .. Enumerable.Range(0, ChannelConnection.WaitCount).Select(wait => new Column<ConnectionSummary>(
                    WaitHeadings[wait], summary => Figures.Milliseconds(summary[(ConnectionWait)wait])) { IsNumber = true }),
            ],
            summaries,
            top);
}
