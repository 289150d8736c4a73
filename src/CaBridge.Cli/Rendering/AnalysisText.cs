using System.Globalization;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>The text of <c>analyze</c>: for a terminal as wide as that, for a pipe with nothing cut.</summary>
internal sealed class AnalysisText(TextWriter output, TextStyle style)
{
    private const int ShownNames = 30;

    /// <summary>Lists of words are wrapped, also where nothing is cut.</summary>
    private const int ListColumns = 100;

    /// <param name="top">Rows of long tables.</param>
    /// <param name="messages">Whether to list messages by command.</param>
    /// <param name="connections">Whether to list the slowest connections.</param>
    public void Write(AnalysisReport report, int top, bool messages, bool connections = false)
    {
        WriteCapture(report);
        new RequestText(output, style).Write(report, top);
        if (messages)
        {
            WriteMessages(report.Capture.Messages);
        }

        new LatencyText(output, style).Write(report.Grouping, report.Latency, report.OtherLatencies, top);
        WriteSlowestPvs(report.SlowestPvs, report.UnrankedLatencies);
        WriteNotServed(report.NotServed);
        var connecting = new ConnectionText(output, style);
        connecting.WriteSummary(report.Connections);
        if (connections)
        {
            connecting.WriteSlowest(report.Connections, top);
        }

        output.WriteLine();
        if (report.LooksForFindings)
        {
            new FindingText(output, style).Write(report.Findings);
        }
        else
        {
            output.WriteLine("The server looks for no findings (CaBridge:Findings:Enabled).");
        }
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(long part, long whole) =>
        whole == 0 ? "0 %" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F1} %");

    private static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} bytes",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB"),
    };

    private void WriteHeading(string heading)
    {
        output.WriteLine();
        output.WriteLine(style.Heading(heading));
    }

    private void WriteCapture(AnalysisReport report)
    {
        var capture = report.Capture;
        output.WriteLine(style.Heading("Capture"));
        for (var i = 0; i < report.Files.Count; i++)
        {
            Line(i == 0 ? "files" : "", report.Files[i] is "-" ? "standard input" : ForeignText.Line(report.Files[i]));
        }

        Line("frames", $"{Count(capture.FramesRead)}, {Bytes(capture.Bytes)}; TCP segments and UDP datagrams: {Count(capture.Frames)}");
        if (capture is { First: { } first, Last: { } last })
        {
            Line("time", $"{InstantText.DateAndTime(first)} to {InstantText.DateAndTime(last)} UTC");
            Line("span", DurationUnit.Span((last - first).Nanoseconds));
        }

        Line("CA", $"{Count(capture.ChannelAccessFrames)} frames ({Percent(capture.ChannelAccessFrames, capture.FramesRead)}), "
            + $"{Bytes(capture.ChannelAccessBytes)} ({Percent(capture.ChannelAccessBytes, capture.Bytes)}), {Count(capture.Circuits)} circuits");
        foreach (var problem in report.Problems)
        {
            Line("problem", style.Alert(ForeignText.Line(ProblemText.InReport(problem))));
        }

        WriteAnomalies(capture.Anomalies);

        void Line(string name, string text) => output.WriteLine($"  {name,-9} {text}");
    }

    private void WriteAnomalies(IReadOnlyList<AnomalyCount> anomalies)
    {
        if (anomalies.Count == 0)
        {
            return;
        }

        WriteHeading("Anomalies");
        var table = new TextTable(["what", "count", "bytes", "first frame"]);
        foreach (var anomaly in anomalies)
        {
            table.Add(
                AnomalyText.Words(anomaly.Kind),
                Count(anomaly.Count),
                anomaly.Bytes == 0 ? "-" : Count(anomaly.Bytes),
                anomaly.FirstFrame == 0 ? "-" : Count(anomaly.FirstFrame));
        }

        table.Write(output, style);
    }

    private void WriteMessages(IReadOnlyList<MessageCount> messages)
    {
        WriteHeading("Messages");
        var table = new TextTable(["command", "transport", "sender", "count"], 1, 2);
        foreach (var (transport, sender, command, count) in messages)
        {
            table.Add(
                command.Name(),
                transport == Transport.Tcp ? "TCP" : "UDP",
                sender switch { Sender.Client => "client", Sender.Server => "server", _ => "unknown" },
                Count(count));
        }

        table.Write(output, style);
    }

    private void WriteSlowestPvs(IReadOnlyList<SlowPv> slowest, long unranked)
    {
        if (slowest.Count == 0)
        {
            return;
        }

        WriteHeading("Slowest PVs");

        // ports only where they tell servers apart
        var hosts = slowest.Select(pv => pv.Server.Host).Distinct().Count();
        var tellsPorts = hosts < slowest.Select(pv => pv.Server).Distinct().Count();
        var unit = DurationUnit.For(slowest[slowest.Count / 2].Maximum);
        var table = new TextTable(["PV", "operation", "server", "count", $"mean [{unit.Symbol}]", $"max [{unit.Symbol}]"], 1, 2) { Flexible = 0 };
        foreach (var (pv, operation, server, count, mean, maximum) in slowest)
        {
            table.Add(
                ForeignText.Word(pv.Text),
                operation.Name(),
                tellsPorts ? server.ToString() : server.AddressText(),
                Count(count),
                unit.Number(mean, DurationUnit.Decimals),
                unit.Number(maximum, DurationUnit.Decimals));
        }

        table.Write(output, style);
        if (unranked > 0)
        {
            output.WriteLine($"{Count(unranked)} latencies of further PVs are not in this ranking: there are too many");
        }
    }

    private void WriteNotServed(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return;
        }

        WriteHeading($"{Count(names.Count)} {(names.Count == 1 ? "name was" : "names were")} searched, and nobody answered or served {(names.Count == 1 ? "it" : "them")}");
        WriteWrapped(names.Take(ShownNames).Select(ForeignText.Word));
        if (names.Count > ShownNames)
        {
            output.WriteLine("  … --format json has all of them");
        }
    }

    private void WriteWrapped(IEnumerable<string> words)
    {
        var line = " ";
        foreach (var word in words)
        {
            if (line.Length > 1 && line.Length + 1 + word.Length > Math.Min(style.Columns, ListColumns))
            {
                output.WriteLine(line);
                line = " ";
            }

            line += $" {word}";
        }

        output.WriteLine(line);
    }
}
