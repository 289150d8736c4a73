using System.Globalization;
using System.Text.RegularExpressions;
using CaBridge.Cli;
using CaBridge.Cli.Commands;
using Microsoft.Playwright;

namespace CaBridge.Tests.Cli.Report;

/// <summary>The page as who gets it sees it.</summary>
[TestFixture]
internal sealed partial class ReportBrowserTests
{
    private const int PhoneWidth = 390;

    /// <summary>A4 without its margins, at 96 dots an inch.</summary>
    private const int PaperWidth = 688;

    /// <summary>WCAG 2.1, 1.4.3 (AA), of text that is not large.</summary>
    private const double LeastContrast = 4.5;

    /// <summary>The least contrast of all text that shows, and where it is.</summary>
    private const string WorstContrast =
        """
        () => {
          const parts = colour => colour.match(/[\d.]+/g).map(Number);
          const light = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
          const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
          const behind = element => {
            for (let e = element; e; e = e.parentElement) {
              const [r, g, b, a = 1] = parts(getComputedStyle(e).backgroundColor);
              if (a > 0) return [r, g, b];
            }
            return [255, 255, 255];
          };
          let worst = [21, ''];
          for (const element of document.querySelectorAll('body *')) {
            if (element.closest('script,title,desc') || ![...element.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
            const style = getComputedStyle(element);
            const [a, b] = [luminance(parts(element.closest('svg') ? style.fill : style.color)), luminance(behind(element))].sort((x, y) => y - x);
            const contrast = (a + 0.05) / (b + 0.05);
            if (contrast < worst[0]) worst = [contrast, `${element.tagName} ${element.className.baseVal ?? element.className} ${element.textContent.slice(0, 30)}`];
          }
          return worst.join(' ');
        }
        """;

    private static readonly string[] Captures = ["ioc-startup", "lossy", "mixed-ops", "slow-client", "cid-collision", "access-denied", "other-port"];

    private readonly string _folder = Directory.CreateTempSubdirectory("cabridge-report").FullName;
    private Chromium _chromium = null!;
    private string _whole = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _chromium = await Chromium.StartAsync();
        _whole = Write("whole.html", ReportSample.Html(ReportSample.Whole()));
    }

    [OneTimeTearDown]
    public async Task End()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [TestCaseSource(nameof(Captures))]
    public async Task A_recording_opens_without_complaint_or_request(string capture)
    {
        await using var opened = await _chromium.OpenAsync(Report(capture));

        AssertSilent(opened);
        Assert.That(await opened.Page.Locator("h1").TextContentAsync(), Does.Contain(capture));
        Assert.That(await opened.Page.Locator("#accounts tbody tr").CountAsync(), Is.Positive);
        Assert.That(await opened.OverflowAsync(), Is.Zero);
    }

    [Test]
    public async Task All_parts_open_without_complaint_or_request()
    {
        await using var opened = await _chromium.OpenAsync(_whole);

        AssertSilent(opened);
        Assert.That(await opened.Page.Locator(".finding").CountAsync(), Is.EqualTo(3));
        Assert.That(await opened.Page.Locator(".waterfall li").CountAsync(), Is.EqualTo(25));
        Assert.That(await opened.Page.Locator("svg.chart").CountAsync(), Is.GreaterThan(10));
    }

    [Test]
    public async Task Names_from_the_network_do_not_act()
    {
        var path = Write("hostile.html", ReportSample.Html(ReportSample.Traffic(2_000, name: ReportSample.Hostile) with { Title = ReportSample.Hostile }));
        await using var opened = await _chromium.OpenAsync(path);

        AssertSilent(opened);
        Assert.That(await opened.Page.TitleAsync(), Is.EqualTo(ReportSample.Hostile));
        Assert.That(await opened.Page.Locator("img").CountAsync(), Is.Zero);
        Assert.That((await opened.ColumnAsync("slowest-pvs", 1))[0], Is.EqualTo(ReportSample.Hostile));
    }

    /// <summary>What gets in all the same, by a fault of ours, may not run.</summary>
    [Test]
    public async Task Policy_lets_no_other_script_run()
    {
        var path = Write("injected.html", (await File.ReadAllTextAsync(_whole)).Replace(
            "<main>", "<main><script>document.title = 'taken'</script><img src=\"http://127.0.0.1:9/x\" onerror=\"document.title = 'taken'\">", StringComparison.Ordinal));
        await using var opened = await _chromium.OpenAsync(path);

        Assert.That(await opened.Page.TitleAsync(), Is.Not.EqualTo("taken"));
        Assert.That(opened.Complaints, Has.Some.Contains("Content Security Policy"));
    }

    [Test]
    public async Task A_heading_sorts_numbers_by_their_size()
    {
        await using var opened = await _chromium.OpenAsync(_whole);
        var before = await opened.ColumnAsync("slowest-pvs", 4);
        var replies = opened.Page.Locator("#slowest-pvs thead th").Nth(3);

        await replies.GetByRole(AriaRole.Button).ClickAsync();

        Assert.That((await opened.ColumnAsync("slowest-pvs", 4)).Select(Number), Is.EqualTo(before.Select(Number).OrderDescending()));
        Assert.That(await replies.GetAttributeAsync("aria-sort"), Is.EqualTo("descending"));

        await replies.GetByRole(AriaRole.Button).ClickAsync();

        Assert.That((await opened.ColumnAsync("slowest-pvs", 4)).Select(Number), Is.Ordered);
        Assert.That(await replies.GetAttributeAsync("aria-sort"), Is.EqualTo("ascending"));
    }

    [Test]
    public async Task A_heading_sorts_text_with_the_numbers_in_it()
    {
        await using var opened = await _chromium.OpenAsync(Write("hosts.html", ReportSample.Html(ReportSample.Traffic(2_000, hosts: 120))));
        var button = opened.Page.Locator("#servers thead th").First.GetByRole(AriaRole.Button);

        await button.ClickAsync();
        await button.ClickAsync();

        Assert.That((await opened.ColumnAsync("servers", 1)).Take(3), Is.EqualTo(new[] { "10.44.0.120", "10.44.0.119", "10.44.0.118" }));
    }

    [Test]
    public async Task A_filter_leaves_rows_that_have_all_words()
    {
        await using var opened = await _chromium.OpenAsync(_whole);
        var all = (await opened.ColumnAsync("slowest-operations", 1)).Count;

        await opened.Page.GetByLabel("Filter Slowest operations").FillAsync("PUT 10.44.0.4");

        var rows = await opened.Page.Locator("#slowest-operations tbody tr:not([hidden])").AllTextContentsAsync();
        Assert.That(rows, Has.Count.InRange(1, all - 1).And.All.Contains("put").And.All.Contains("10.44.0.4"));
        Assert.That(await opened.Page.Locator("#slowest-operations output").TextContentAsync(), Is.EqualTo($"{rows.Count} of {all} rows"));

        await opened.Page.GetByLabel("Filter Slowest operations").FillAsync("");
        Assert.That(await opened.ColumnAsync("slowest-operations", 1), Has.Count.EqualTo(all));
    }

    [Test]
    public async Task Keys_alone_sort_and_filter()
    {
        await using var opened = await _chromium.OpenAsync(_whole);
        await opened.Page.Keyboard.PressAsync("Tab");
        Assert.That(await opened.Page.EvaluateAsync<string>("() => document.activeElement.className"), Is.EqualTo("skip"));

        await opened.Page.GetByLabel("Filter Servers").FocusAsync();
        await opened.Page.Keyboard.TypeAsync("10.44.0.3");
        Assert.That(await opened.ColumnAsync("servers", 1), Is.EqualTo(new[] { "10.44.0.3" }));

        await opened.Page.Keyboard.PressAsync("Control+A");
        await opened.Page.Keyboard.PressAsync("Delete");
        await opened.Page.Keyboard.PressAsync("Tab");
        Assert.That(await opened.Page.EvaluateAsync<string>("() => document.activeElement.className"), Is.EqualTo("box"), "a table can be scrolled with keys");
        await opened.Page.Keyboard.PressAsync("Tab");
        await opened.Page.Keyboard.PressAsync("Enter");
        Assert.That(await opened.Page.Locator("#servers thead th").First.GetAttributeAsync("aria-sort"), Is.EqualTo("ascending"));
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Text_is_readable_in_both_themes(ColorScheme scheme)
    {
        await using var opened = await _chromium.OpenAsync(_whole, scheme);

        await AssertReadable(opened);
        var background = await BackgroundAsync(opened);
        await opened.Page.Locator("button.theme").ClickAsync();

        Assert.That(await BackgroundAsync(opened), Is.Not.EqualTo(background));
        await AssertReadable(opened);
    }

    [Test]
    public async Task A_phone_needs_no_scrolling_sideways()
    {
        foreach (var path in (string[])[_whole, Write("phone-hostile.html", ReportSample.Html(ReportSample.Traffic(2_000, name: new string('X', 300)))), Report("mixed-ops")])
        {
            await using var opened = await _chromium.OpenAsync(path, width: PhoneWidth);

            Assert.That(await opened.OverflowAsync(), Is.Zero, path);
        }
    }

    [Test]
    public async Task It_prints_light_and_whole()
    {
        await using var opened = await _chromium.OpenAsync(_whole, ColorScheme.Dark);
        var pdf = await opened.Page.PdfAsync(new() { Format = "A4", PrintBackground = true });

        Assert.That(PageMark().Count(System.Text.Encoding.Latin1.GetString(pdf)), Is.GreaterThan(5));

        await opened.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await opened.Page.SetViewportSizeAsync(PaperWidth, 900);
        Assert.That(await opened.OverflowAsync(), Is.Zero, "no column is cut");
        await AssertReadable(opened);
        Assert.That(await opened.Page.Locator("button.theme").IsVisibleAsync(), Is.False);
        Assert.That(await opened.Page.Locator(".filter").First.IsVisibleAsync(), Is.False);
        Assert.That(await opened.Page.Locator("nav").IsVisibleAsync(), Is.False);
        Assert.That(await opened.Page.EvaluateAsync<int>("() => Math.max(...[...document.querySelectorAll('.box')].map(box => box.scrollHeight - box.clientHeight))"), Is.LessThan(2), "all rows show");
        Assert.That(await opened.Page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).getPropertyValue('--page').trim()"), Is.EqualTo("#fff"));
    }

    [Test]
    public async Task It_is_readable_without_script()
    {
        await using var opened = await _chromium.OpenAsync(_whole, script: false);

        Assert.That(opened.Requests, Has.Count.EqualTo(1));
        Assert.That(await opened.Page.Locator("#servers tbody tr").CountAsync(), Is.EqualTo(8));
        Assert.That(await opened.Page.Locator("button, input").CountAsync(), Is.Zero, "nothing is offered that does nothing");
    }

    [Test]
    public async Task A_marker_leads_to_its_finding()
    {
        await using var opened = await _chromium.OpenAsync(_whole);

        await opened.Page.GetByLabel("Finding 2", new() { Exact = true }).ClickAsync();

        Assert.That(opened.Page.Url, Does.EndWith("#finding-2-duplicate-pv"));
        Assert.That(await opened.Page.Locator(".finding:target").CountAsync(), Is.EqualTo(1));
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);

    private static void AssertSilent(OpenPage opened)
    {
        Assert.That(opened.Complaints, Is.Empty);
        Assert.That(opened.Requests, Has.Count.EqualTo(1), "nothing but the page itself");
    }

    private static async Task AssertReadable(OpenPage opened)
    {
        var worst = await opened.Page.EvaluateAsync<string>(WorstContrast);
        Assert.That(double.Parse(worst.Split(' ')[0], CultureInfo.InvariantCulture), Is.AtLeast(LeastContrast), worst);
    }

    private static Task<string> BackgroundAsync(OpenPage opened) => opened.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");

    [GeneratedRegex(@"/Type\s*/Page\b", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PageMark();

    private string Write(string name, string html)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, html);
        return path;
    }

    private string Report(string capture)
    {
        var path = Path.Combine(_folder, $"{capture}.html");
        var file = Directory.GetFiles(Repository.Captures, $"{capture}.pcap*").Single();
        Assert.That(ReportCommand.Create().Parse([file, "-o", path]).Invoke(), Is.EqualTo(ExitCode.Success));
        return path;
    }
}
