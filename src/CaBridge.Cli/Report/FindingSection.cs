using System.Globalization;
using CaBridge.Analysis.Findings;

namespace CaBridge.Cli.Report;

/// <summary>Findings with their evidence, each to be linked to.</summary>
internal sealed class FindingSection(HtmlWriter html)
{
    public const int MaxShown = 200;

    private const int ShownPvs = 10;
    private const int ShownHosts = 6;

    private const string LookedFor =
        "Looked for: servers that restarted, that answer searches but take no circuit, or that answer from two addresses; ends of a circuit that "
        + "answer no more; names that two servers have, or none; bursts of searches; puts that others wait behind; requests passed over; slow channel "
        + "creation; clients that do not take their updates in time; replies with errors; refused access; beacons out of step; delays of the network.";

    /// <summary>The fragment that a link to it has.</summary>
    /// <param name="index">From 0.</param>
    public static string Anchor(int index, Finding finding) =>
        string.Create(CultureInfo.InvariantCulture, $"finding-{index + 1}-{finding.Kind.Id()}");

    public void Write(IReadOnlyList<Finding> findings)
    {
        html.Markup("<section id=\"findings\" aria-labelledby=\"findings-h\"><h2 id=\"findings-h\">Findings</h2>");
        if (findings.Count == 0)
        {
            html.Markup("<p>Nothing was seen that needs attention.</p>");
            html.Write($"<p class=\"note\">{LookedFor}</p>");
        }

        for (var i = 0; i < Math.Min(findings.Count, MaxShown); i++)
        {
            Write(i, findings[i]);
        }

        if (findings.Count > MaxShown)
        {
            html.Write($"<p class=\"note\">{Figures.Count(findings.Count - MaxShown)} more findings, which matter less, are not shown.</p>");
        }

        html.Markup("</section>\n");
    }

    private static string List<T>(IReadOnlyList<T> items, int shown, long all, Func<T, string> text) =>
        string.Join(", ", items.Take(shown).Select(text)) + (all > Math.Min(shown, items.Count) ? $", and {Figures.Count(all - Math.Min(shown, items.Count))} more" : "");

    private void Write(int index, Finding finding)
    {
        var anchor = Anchor(index, finding);
        html.Write($"<article class=\"finding {finding.Severity.Name()}\" id=\"{anchor}\" aria-labelledby=\"{anchor}-h\">");
        html.Write($"<h3 id=\"{anchor}-h\"><span class=\"badge\">{finding.Severity.Name()}</span> {finding.Title}&nbsp;<a class=\"anchor\" href=\"#{anchor}\" aria-label=\"Link to finding {index + 1}\">#{index + 1}</a></h3>");
        if (finding.Details.Count > 0)
        {
            html.Markup("<ul class=\"details\">");
            foreach (var detail in finding.Details)
            {
                html.Write($"<li>{detail}</li>");
            }

            html.Markup("</ul>");
        }

        if (finding.Advice.Length > 0)
        {
            html.Write($"<p class=\"advice\"><strong>What to do:</strong> {finding.Advice}</p>");
        }

        html.Markup("<dl class=\"evidence\">");
        Evidence("Seen", finding.Count == 1 ? "once" : $"{Figures.Count(finding.Count)} times");
        Evidence(finding.First == finding.Last ? "At" : "From", $"{Figures.Time(finding.First)}{(finding.First == finding.Last ? " UTC" : "")}");
        if (finding.First != finding.Last)
        {
            Evidence("To", $"{Figures.Time(finding.Last)} UTC{(finding.IsOpen ? ", still going on" : "")}");
        }

        Evidence("Confidence", $"{finding.Confidence.Name()}{(finding.InGap ? "; the recording misses bytes meanwhile" : "")}");
        Evidence("Frames", string.Join(", ", finding.Frames.Select(Figures.Count)));
        Evidence("PVs", List(finding.Pvs, ShownPvs, Math.Max(finding.PvCount, finding.Pvs.Count), pv => pv));
        Evidence("Servers", List(finding.Servers, ShownHosts, finding.Servers.Count, Figures.Host));
        Evidence("Clients", List(finding.Clients, ShownHosts, finding.Clients.Count, Figures.Host));
        html.Markup("</dl></article>\n");
    }

    private void Evidence(string name, string value)
    {
        if (value.Length > 0)
        {
            html.Write($"<div><dt>{name}</dt><dd>{value}</dd></div>");
        }
    }
}
