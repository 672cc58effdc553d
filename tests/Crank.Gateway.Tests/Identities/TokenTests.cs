using System.Text;
using Crank.Core;
using Crank.Gateway.Identity.Tokens;
using Crank.Trust.Jose;
using static Crank.Gateway.Tests.Identities.Callers;

namespace Crank.Gateway.Tests.Identities;

public sealed class TokenTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_of_a_trusted_issuer_opens_what_its_roles_say_for_a_principal_that_names_nobody()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        using var client = gateway.With(issuer.Token(gateway.Now()));
        var me = await (await client.GetAsync("/v1/caller", Stop)).JsonAsync();
        Assert.Equal(("acme", "token"), (me.GetProperty("tenant").GetString(), me.GetProperty("source").GetString()));
        Assert.Matches("^oidc:[0-9a-f]{32}$", me.GetProperty("principal").GetString());
        Assert.Equal(403, await client.StatusAsync("/v1/keys"));
        using var admin = gateway.With(issuer.Token(gateway.Now(), ("roles", "[\"admin\"]")));
        Assert.Equal(200, await admin.StatusAsync("/v1/keys"));
        using var narrowed = gateway.With(issuer.Token(gateway.Now(), ("roles", "[\"admin\"]"), ("scope", "\"openid jobs:read\"")));
        Assert.Equal(403, await narrowed.StatusAsync("/v1/keys"));
    }

    [Fact]
    public async Task A_token_without_a_signature_or_signed_with_the_public_key_as_a_secret_is_refused()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        var claims = issuer.Claims(gateway.Now());
        foreach (var algorithm in (string[])["none", "None", "NONE"])
        {
            Assert.Equal(401, await StatusAsync(gateway, Encode($$"""{"alg":"{{algorithm}}","kid":"k1"}""") + "." + Encode(claims) + "."));
        }

        foreach (var secret in (string[])[issuer.Key.ToJson(), new JwkSet([issuer.Key], []).ToJson()])
        {
            var forged = JwsSigner.With(Jwk.Symmetric(Encoding.UTF8.GetBytes(secret)), "HS256").Compact("""{"alg":"HS256","kid":"k1"}"""u8, Encoding.UTF8.GetBytes(claims));
            Assert.Equal(401, await StatusAsync(gateway, forged));
        }
    }

    [Theory]
    [InlineData("aud", "\"other\"", "This token is meant for somebody else."), InlineData("exp", "1", "This token is expired."), InlineData("nbf", "99999999999", "This token is not good yet.")]
    [InlineData("exp", null, "A claim of this token is missing or not accepted."), InlineData("iss", "\"https://evil.example\"", "This is neither an API key nor a token of an issuer that this mesh trusts.")]
    public async Task A_token_for_others_or_out_of_its_time_is_refused(string name, string? json, string expected)
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        using var client = gateway.With(issuer.Token(gateway.Now(), (name, json)));
        using var answer = await client.GetAsync("/v1/caller", Stop);
        Assert.Equal((401, expected), ((int)answer.StatusCode, (await answer.JsonAsync()).GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_token_of_another_signer_or_with_a_header_that_brings_a_key_is_refused()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        var (own, claims) = (TestIssuer.NewKey("k1"), Encoding.UTF8.GetBytes(issuer.Claims(gateway.Now())));
        Assert.Equal(401, await StatusAsync(gateway, JwsSigner.With(own, "ES256").Compact("""{"alg":"ES256","kid":"k1"}"""u8, claims)));
        Assert.Equal(401, await StatusAsync(gateway, JwsSigner.With(own, "ES256").Compact(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"k1","jwk":{{own.ToJson()}}}"""), claims)));
        Assert.Equal(401, await StatusAsync(gateway, JwsSigner.With(issuer.Key, "ES256").Compact("""{"alg":"ES256","kid":"k1","crit":["x"],"x":1}"""u8, claims)));
    }

    [Fact]
    public async Task An_issuer_that_changes_its_keys_is_asked_again_and_not_more_often_than_the_pause_allows()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        Assert.Equal(1, issuer.Asked);
        issuer.Key = TestIssuer.NewKey("k2");
        Assert.Equal(401, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        Assert.Equal(1, issuer.Asked);
        gateway.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        Assert.Equal(2, issuer.Asked);
    }

    [Fact]
    public async Task While_an_issuer_is_silent_its_last_keys_stay_good_for_a_while()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        issuer.IsDown = true;
        gateway.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        gateway.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(401, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        issuer.IsDown = false;
        gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now())));
    }

    [Fact]
    public async Task Discovery_that_names_another_issuer_gives_no_keys()
    {
        await using var issuer = await TestIssuer.StartAsync();
        issuer.Claimed = "https://evil.example";
        await using var gateway = await StartAsync(issuer.Options);
        Assert.Equal(401, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        Assert.Equal(0, issuer.Asked);
    }

    [Fact]
    public async Task A_token_for_one_use_is_refused_the_second_time_also_after_a_restart()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options with { OneTime = true });
        var token = issuer.Token(gateway.Now(), ("jti", "\"once\""));
        Assert.Equal(200, await StatusAsync(gateway, token));
        Assert.Equal(401, await StatusAsync(gateway, token));
        Assert.Equal(401, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now(), ("jti", "\"twice\""))));
        Assert.Equal(2, gateway.Store.ListRecords("used-token", null, null, 10).Count);
    }

    [Fact]
    public async Task An_issuer_speaks_for_its_own_tenants_alone_and_never_for_the_owner()
    {
        await using var issuer = await TestIssuer.StartAsync();
        var options = issuer.Options with { Tenant = null, TenantClaim = "org", Tenants = [TenantId.Parse("acme")] };
        await using var gateway = await StartAsync(options);
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now(), ("org", "\"acme\""))));
        foreach (var other in (string?[])["\"globex\"", "\"owner\"", "\"ACME\"", "[\"acme\"]", null])
        {
            Assert.Equal(401, await StatusAsync(gateway, issuer.Token(gateway.Now(), ("org", other))));
        }
    }

    [Fact]
    public async Task A_role_that_the_issuer_invents_counts_for_nothing_and_owner_is_not_its_to_give()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        using var client = gateway.With(issuer.Token(gateway.Now(), ("roles", "[\"owner\",\"root\"]")));
        var me = await (await client.GetAsync("/v1/caller", Stop)).JsonAsync();
        Assert.Equal((0, 0), (me.GetProperty("roles").GetArrayLength(), me.GetProperty("scopes").GetArrayLength()));
    }

    [Fact]
    public async Task A_disabled_principal_is_refused_though_its_issuer_still_signs_for_it()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        using var admin = gateway.With(issuer.Token(gateway.Now(), ("sub", "\"boss\""), ("roles", "[\"admin\"]")));
        using var client = gateway.With(issuer.Token(gateway.Now()));
        var me = (await (await client.GetAsync("/v1/caller", Stop)).JsonAsync()).GetProperty("principal").GetString();
        Assert.Equal(200, (int)(await admin.PutAsync($"/v1/principals/{me}", Json("""{"disabled":true}"""), Stop)).StatusCode);
        Assert.Equal(401, await client.StatusAsync("/v1/caller"));
    }

    [Fact]
    public async Task A_flood_of_bad_tokens_is_told_to_stay_away_before_it_is_looked_at()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options, failures: 3);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(401, await StatusAsync(gateway, "no.token.here"));
        }

        Assert.Equal(429, await StatusAsync(gateway, issuer.Token(gateway.Now())));
        Assert.Equal(200, await gateway.Anonymous.StatusAsync("/healthz"));

        // Others behind the same address keep their keys; a bad one is told to stay away too.
        using var globex = await gateway.AdminAsync("globex");
        Assert.Equal(200, await globex.StatusAsync("/v1/caller"));
        Assert.Equal(429, await StatusAsync(gateway, globex.CredentialOf()[..^1]));
        gateway.Clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token(gateway.Now())));
    }

    [Theory]
    [InlineData("http://issuer.example"), InlineData("https://issuer.example?x=1"), InlineData("issuer"), InlineData("ftp://127.0.0.1")]
    public void An_issuer_whose_keys_anyone_on_the_line_could_change_is_refused(string issuer) =>
        Assert.NotNull(IssuerRule.Fault(new() { Issuer = issuer, Audiences = ["crank"], Tenant = TenantId.Parse("acme") }));

    [Fact]
    public void An_issuer_without_audience_tenant_or_with_a_shared_secret_is_refused()
    {
        var good = new IssuerOptions { Issuer = "https://issuer.example", Audiences = ["crank"], Tenant = TenantId.Parse("acme") };
        Assert.Null(IssuerRule.Fault(good));
        Assert.NotNull(IssuerRule.Fault(good with { Audiences = [] }));
        Assert.NotNull(IssuerRule.Fault(good with { Tenant = null }));
        Assert.NotNull(IssuerRule.Fault(good with { TenantClaim = "org" }));
        Assert.NotNull(IssuerRule.Fault(good with { Tenant = null, TenantClaim = "org", Tenants = [TenantId.Owner] }));
        Assert.NotNull(IssuerRule.Fault(good with { Algorithms = ["HS256"] }));
        Assert.NotNull(IssuerRule.Fault(good with { Algorithms = ["none"] }));
        Assert.NotNull(IssuerRule.Fault(good with { DefaultRole = "root" }));
        Assert.NotNull(IssuerRule.Fault(good with { Skew = TimeSpan.FromHours(1) }));
    }

    private static async Task<TestGateway> StartAsync(IssuerOptions issuer, int failures = 1_000)
    {
        var gateway = await TestGateway.StartAsync(o => o with { Identity = o.Identity with { Issuers = [issuer], FailuresPerMinute = failures } });
        (await gateway.AdminAsync("acme")).Dispose();
        return gateway;
    }

    private static async Task<int> StatusAsync(TestGateway gateway, string token)
    {
        using var client = gateway.With(token);
        return await client.StatusAsync("/v1/caller");
    }

    private static string Encode(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
