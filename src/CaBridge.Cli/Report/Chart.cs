namespace CaBridge.Cli.Report;

/// <summary>
/// The frame of a diagram: its width is that of where it stands, its height is fixed, and its text has the page's size in both. Shapes are drawn
/// in a plot that is stretched; positions across are parts of the width.
/// </summary>
/// <param name="id">Of the SVG's title; letters, digits and dashes.</param>
/// <param name="height">Of the plot, in pixels.</param>
/// <param name="top">Room above the plot.</param>
internal sealed class Chart(HtmlWriter html, string id, int height, int top = 8)
{
    private const int LabelRoom = 22;
    private const int LabelDrop = 15;
    private const int LabelRise = 4;

    public double PlotHeight => height;

    /// <param name="title">What is shown.</param>
    /// <param name="description">What is to be seen in it, for who does not see it.</param>
    /// <param name="wide">Whether there is room left of the plot for labels.</param>
    public void Begin(string title, string description, bool wide)
    {
        html.Write($"<svg class=\"{(wide ? "chart wide" : "chart")}\" role=\"img\" height=\"{top + height + LabelRoom}\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>\n");
        html.Write($"<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"{top + height}\" y2=\"{top + height}\"/>");
    }

    public void End() => html.Markup("</svg>\n");

    /// <param name="part">From the bottom, 0 to 1.</param>
    public void TickY(double part, string label)
    {
        var y = top + ((1 - part) * height);
        if (part > 0)
        {
            html.Write($"<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>");
        }

        html.Write($"<text class=\"tick\" x=\"-8\" y=\"{y + LabelRise:0.#}\" text-anchor=\"end\">{label}</text>");
    }

    /// <param name="part">From the left, 0 to 1.</param>
    /// <param name="minor">Whether it may be left out where there is little room.</param>
    public void TickX(double part, string label, bool minor = false, bool grid = false)
    {
        if (grid && part > 0)
        {
            html.Write($"<line class=\"grid\" x1=\"{100 * part:0.##}%\" x2=\"{100 * part:0.##}%\" y1=\"{top}\" y2=\"{top + height}\"/>");
        }

        var anchor = part < 0.06 ? "start" : part > 0.94 ? "end" : "middle";
        html.Write($"<text class=\"{(minor ? "tick minor" : "tick")}\" x=\"{100 * part:0.##}%\" y=\"{top + height + LabelDrop}\" text-anchor=\"{anchor}\">{label}</text>");
    }

    /// <summary>A line from top to bottom.</summary>
    public void Mark(double part, string kind) =>
        html.Write($"<line class=\"{kind}\" x1=\"{100 * part:0.##}%\" x2=\"{100 * part:0.##}%\" y1=\"{top}\" y2=\"{top + height}\"/>");

    /// <summary>Shapes until <see cref="EndPlot"/> have these units across, and pixels from the top.</summary>
    public void BeginPlot(double units) =>
        html.Write($"\n<svg y=\"{top}\" width=\"100%\" height=\"{height}\" viewBox=\"0 0 {units:0.##} {height}\" preserveAspectRatio=\"none\">");

    public void EndPlot() => html.Markup("</svg>\n");
}
