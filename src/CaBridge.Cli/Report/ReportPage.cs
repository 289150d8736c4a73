using CaBridge.Analysis.Text;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Report;

/// <summary>The page, from top to bottom. It needs nothing but itself: its policy lets nothing else in.</summary>
internal sealed class ReportPage(TextWriter output)
{
    private static readonly (string Id, string Name)[] Contents =
    [
        ("summary", "Summary"), ("findings", "Findings"), ("time", "Over time"), ("latency", "Latencies"), ("connections", "Connections"),
        ("slowest", "Slowest"), ("unanswered", "Unanswered"), ("failures", "Failures"), ("servers", "Servers"), ("clients", "Clients"),
        ("recording", "Recording"),
    ];

    private readonly HtmlWriter _html = new(output);

    public void Write(ReportContent content)
    {
        var title = content.Title ?? $"Channel Access in {FilesIn(content.Analysis.Files)}";
        WriteHead(title);
        _html.Markup("<body>\n<a class=\"skip\" href=\"#summary\">To the summary</a>\n<header>");
        WriteTop(title, content.Analysis);
        _html.Markup("</header>\n<main>\n");
        new SummarySection(_html).Write(content);
        new FindingSection(_html).Write(content.Causes);
        new TimeLineSection(_html).Write(content);
        new DistributionSection(_html).Write(content);
        new ConnectionSection(_html).Write(content);
        new ReportTables(_html).Write(content);
        _html.Markup("</main>\n<footer><p>All times are UTC, as the recording has them. Made by cabridge from what went over the network; nothing was asked of any server.</p></footer>\n<script>");
        _html.Asset(ReportAsset.Script);
        _html.Markup("</script>\n</body>\n</html>\n");
    }

    private static string FilesIn(IReadOnlyList<string> files) => files.Count switch
    {
        1 => FileName(files[0]),
        2 => $"{FileName(files[0])} and {FileName(files[1])}",
        _ => $"{FileName(files[0])} and {Figures.Count(files.Count - 1)} more files",
    };

    private static string FileName(string file) => file is "-" ? "standard input" : Path.GetFileName(file);

    private void WriteHead(string title)
    {
        _html.Markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        _html.Write($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{ReportAsset.Style.Source}'; script-src '{ReportAsset.Script.Source}'; img-src data:; base-uri 'none'; form-action 'none'\">\n");
        _html.Markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        _html.Write($"<title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>");
        _html.Asset(ReportAsset.Style);
        _html.Markup("</style>\n</head>\n");
    }

    private void WriteTop(string title, AnalysisReport report)
    {
        var capture = report.Capture;
        _html.Write($"<h1>{title}</h1>\n<dl class=\"facts\">");
        Fact(report.Files.Count == 1 ? "File" : "Files", string.Join(", ", report.Files.Select(file => file is "-" ? "standard input" : file)));
        if (capture is { First: { } first, Last: { } last })
        {
            Fact("Recorded", $"{Figures.Time(first)} to {Figures.Time(last)} UTC");
            Fact("Length", DurationUnit.Span((last - first).Nanoseconds));
        }

        Fact("Frames", $"{Figures.Count(capture.FramesRead)}, {Figures.Bytes(capture.Bytes)}");
        Fact("Channel Access", $"{Figures.Count(capture.ChannelAccessFrames, "frame")} ({Figures.Percent(capture.ChannelAccessFrames, capture.FramesRead)}), "
            + $"{Figures.Bytes(capture.ChannelAccessBytes)}, {Figures.Count(capture.Circuits, "circuit")}");
        _html.Markup("</dl>\n");
        foreach (var problem in report.Problems)
        {
            _html.Write($"<p class=\"problem\"><strong>Not all could be read.</strong> {ProblemText.InReport(problem)}</p>\n");
        }

        if (report.IsFiltered)
        {
            _html.Markup("<p class=\"problem\"><strong>A part only.</strong> Operations were selected by PV, kind or time; what is said of the recording itself is of all of it.</p>\n");
        }

        _html.Markup("<nav aria-label=\"Contents\"><ul>");
        foreach (var (id, name) in Contents)
        {
            _html.Write($"<li><a href=\"#{id}\">{name}</a></li>");
        }

        _html.Markup("</ul></nav>");

        void Fact(string name, string value) => _html.Write($"<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
}
