using Microsoft.Playwright;

namespace CaBridge.Tests.Cli.Report;

/// <summary>Debian's Chromium, steered by Playwright, which brings its own node and downloads nothing.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        if (!File.Exists(Program))
        {
            Assert.Ignore($"THE REPORT IS NOT TESTED IN A BROWSER: there is no {Program} (tests/run.sh installs it).");
        }

        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] }));
    }

    /// <param name="path">Of a file.</param>
    public async Task<OpenPage> OpenAsync(string path, ColorScheme scheme = ColorScheme.Light, int width = 1280, bool script = true)
    {
        var context = await _browser.NewContextAsync(new()
        {
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 900 },
            JavaScriptEnabled = script,
        });
        var opened = new OpenPage(await context.NewPageAsync());
        await opened.GoToAsync(path);
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

/// <summary>A page, and everything that it complained of or asked for.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];

    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => _complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _complaints.Add(error);
        page.Dialog += async (_, dialog) =>
        {
            _complaints.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) => _requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Of the console, of scripts, and dialogs; what the policy stops is told by the console.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Addresses, that of the page first.</summary>
    public IReadOnlyList<string> Requests => _requests;

    public Task GoToAsync(string path) => Page.GotoAsync(new Uri(path).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });

    /// <summary>The texts of a column of the rows that are shown.</summary>
    /// <param name="table">The id of its section.</param>
    /// <param name="column">From 1.</param>
    public async Task<IReadOnlyList<string>> ColumnAsync(string table, int column) =>
        await Page.Locator($"#{table} tbody tr:not([hidden]) > :nth-child({column})").AllTextContentsAsync();

    /// <summary>How much wider than its window the page is.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - window.innerWidth");

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
