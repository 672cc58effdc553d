using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crank.Gateway.Tests;
using Microsoft.Playwright;

namespace Crank.Browser.Tests.Docs;

public sealed partial class ExplorerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_reference_shows_every_group_and_asks_nobody_else_for_anything(bool dark)
    {
        await using var browser = await Browser.OpenAsync(dark);
        await using var gateway = await TestGateway.StartAsync();

        await browser.Page.GotoAsync(new Uri(gateway.Address, "/docs").AbsoluteUri);
        await browser.Page.GetByText("Run a capability and get its result").First.WaitForAsync();
        await browser.PictureAsync(dark ? "docs-dark" : "docs");

        var text = await browser.Page.InnerTextAsync("body");
        Assert.Contains("Crank", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(Vendor(), text);
        Assert.All(browser.Requests, address => Assert.Equal(gateway.Address.Authority, address.Authority));
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_request_that_is_tried_runs_with_a_real_key()
    {
        await using var browser = await Browser.OpenAsync();
        await using var gateway = await TestGateway.StartAsync();
        using var made = await gateway.Owner.PostAsync("/v1/keys", new StringContent("""{"name":"a browser","scopes":["jobs:write","jobs:read"]}""", new MediaTypeHeaderValue("application/json")), Stop);
        var key = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync(Stop))!["key"]!;

        await browser.Page.GotoAsync(new Uri(gateway.Address, "/docs").AbsoluteUri);
        await browser.Page.GetByPlaceholder("Token").First.FillAsync(key);
        await browser.Page.GetByText("Run a capability and get its result").First.ClickAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { NameRegex = TryIt() }).First.ClickAsync();
        await browser.PictureAsync("docs-try");
        var answer = await browser.Page.RunAndWaitForResponseAsync(
            () => browser.Page.GetByRole(AriaRole.Button, new() { NameRegex = Send() }).First.ClickAsync(), response => response.Url.EndsWith("/invoke", StringComparison.Ordinal));
        await browser.PictureAsync("docs-tried");

        Assert.Equal(200, answer.Status);
        Assert.Contains("hello", await answer.TextAsync(), StringComparison.Ordinal);
        Assert.All(browser.Requests, address => Assert.Equal(gateway.Address.Authority, address.Authority));
        Assert.Empty(browser.Complaints);
        Assert.DoesNotContain(key, await browser.Page.EvaluateAsync<string>("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie"), StringComparison.Ordinal);
    }

    [GeneratedRegex("^Test Request.*invoke", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex TryIt();

    [GeneratedRegex("^Send", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Send();

    [GeneratedRegex("Ask AI|Generate SDK|Generate MCP|Deploy|Open API Client", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Vendor();
}
