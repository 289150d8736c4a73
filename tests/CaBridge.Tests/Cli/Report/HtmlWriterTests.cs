using CaBridge.Cli.Report;
using CsCheck;

namespace CaBridge.Tests.Cli.Report;

[TestFixture]
internal sealed class HtmlWriterTests
{
    private static readonly char[] Acting = ['<', '>', '"', '\''];

    [TestCase("LINAC:ao1", ExpectedResult = "LINAC:ao1")]
    [TestCase(ReportSample.Hostile, ExpectedResult = "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;")]
    [TestCase("&amp;", ExpectedResult = "&amp;amp;")]
    [TestCase("a\u001b[31m\n\u0000b", ExpectedResult = "a\\u{1b}[31m\\u{a}\\u{0}b")]
    [TestCase("ab\u202etxt.exe\u2066\ufeff", ExpectedResult = "ab\\u{202e}txt.exe\\u{2066}\\u{feff}")]
    [TestCase("Température µ 😀", ExpectedResult = "Température µ 😀")]
    [TestCase("", ExpectedResult = "")]
    [TestCase(null, ExpectedResult = "")]
    public string Text_is_escaped(string? text) => Written(html => html.Write($"{text}"));

    /// <summary>An attribute cannot hold it.</summary>
    [Test]
    public void Half_a_character_is_replaced() => Assert.That(Written(html => html.Write($"{"cut \ud83d"}")), Is.EqualTo("cut \ufffd"));

    [Test]
    public void Markup_around_text_stays() =>
        Assert.That(Written(html => html.Write($"<a href=\"#{"x\" onclick=\"y"}\">{"<b>"}</a>")), Is.EqualTo("<a href=\"#x&quot; onclick=&quot;y\">&lt;b&gt;</a>"));

    [Test]
    public void Numbers_have_a_point_and_no_grouping() =>
        Assert.That(Written(html => html.Write($"{1234567} {1234.5:0.##} {-0.125:0.##} {long.MinValue} {'<'}")), Is.EqualTo("1234567 1234.5 -0.13 -9223372036854775808 &lt;"));

    [Test]
    public void Pieces_come_in_order()
    {
        var written = Written(html =>
        {
            html.Markup("<ul>");
            html.Write($"<li>{1}</li><li>{"two"}</li>");
            html.Markup("</ul>");
        });

        Assert.That(written, Is.EqualTo("<ul><li>1</li><li>two</li></ul>"));
    }

    [Test]
    public void No_text_acts() =>
        Gen.String.Sample(text => Written(html => html.Write($"{text}")).IndexOfAny(Acting) < 0);

    private static string Written(Action<HtmlWriter> write)
    {
        using var output = new StringWriter();
        write(new HtmlWriter(output));
        return output.ToString();
    }
}
