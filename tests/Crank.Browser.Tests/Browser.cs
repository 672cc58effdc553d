using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Crank.Browser.Tests;

/// <summary>A real chromium without a window; every request that it makes is written down. Skips the test where there is none.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly IPlaywright _driver;
    private readonly IBrowser _browser;

    private Browser(IPlaywright driver, IBrowser browser, IPage page) => (_driver, _browser, Page) = (driver, browser, page);

    public IPage Page { get; }

    /// <summary>Every address that was asked for, but for data that is in the page itself.</summary>
    public ConcurrentQueue<Uri> Requests { get; } = [];

    /// <summary>What the page complained of: refused by the content policy, errors of scripts.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    public static async Task<Browser> OpenAsync(bool dark = false)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => s_names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "There is no chromium on this machine: .ci/install-peers installs it.");

        var driver = await Playwright.CreateAsync();
        var chromium = await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage",
            ],
            Timeout = 120_000,
        });
        var context = await chromium.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 }, ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
        context.SetDefaultTimeout(120_000);
        var page = await context.NewPageAsync();
        var browser = new Browser(driver, chromium, page);
        page.Request += (_, request) =>
        {
            if (Uri.TryCreate(request.Url, UriKind.Absolute, out var address) && address.Scheme is not ("data" or "blob"))
            {
                browser.Requests.Enqueue(address);
            }
        };
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                browser.Complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => browser.Complaints.Enqueue(error);
        return browser;
    }

    /// <summary>Keeps a picture where <c>CRANK_SCREENSHOTS</c> says; nowhere otherwise.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CRANK_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _driver.Dispose();
    }
}
