namespace CaBridge.Cli.Report;

/// <summary>What happened, in sentences: the first one for who reads no further.</summary>
internal sealed class SummarySection(HtmlWriter html)
{
    public void Write(ReportContent content)
    {
        html.Markup("<section id=\"summary\" aria-labelledby=\"summary-h\"><h2 id=\"summary-h\">Summary</h2>");
        var sentences = SummarySentences.Of(content);
        html.Write($"<p class=\"lead\">{sentences[0]}</p>");
        if (sentences.Count > 1)
        {
            html.Markup("<ul class=\"sentences\">");
            foreach (var sentence in sentences.Skip(1))
            {
                html.Write($"<li>{sentence}</li>");
            }

            html.Markup("</ul>");
        }

        html.Markup("</section>\n");
    }
}
