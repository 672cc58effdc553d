using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Crank.Core;
using Crank.Gateway.Identity.Tokens;
using Crank.Trust.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Tests.Identities;

/// <summary>A real issuer on loopback, whose documents, keys and health a test decides.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private WebApplication _app = null!;

    public string Name { get; private set; } = "";

    public Jwk Key { get; set; } = NewKey("k1");

    /// <summary>The name that discovery gives; null for its own.</summary>
    public string? Claimed { get; set; }

    public bool IsDown { get; set; }

    /// <summary>How often its keys were asked for.</summary>
    public int Asked { get; private set; }

    public IssuerOptions Options => new() { Issuer = Name, Audiences = ["crank"], Tenant = TenantId.Parse("acme") };

    public static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        issuer._app = builder.Build();
        issuer._app.Run(issuer.AnswerAsync);
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        issuer.Name = issuer._app.Urls.First();
        return issuer;
    }

    public static Jwk NewKey(string id)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Jwk.From(pair.ExportParameters(includePrivateParameters: true), id, "sig");
    }

    /// <summary>A token as this issuer makes it, with claims changed; a value of null leaves one out.</summary>
    public string Token(DateTimeOffset now, params ImmutableArray<(string Name, string? Json)> changes)
    {
        var header = $$"""{"alg":"ES256","kid":"{{Key.KeyId}}"}""";
        return JwsSigner.With(Key, "ES256").Compact(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(Claims(now, changes)));
    }

    public string Claims(DateTimeOffset now, params ImmutableArray<(string Name, string? Json)> changes)
    {
        var claims = new Dictionary<string, string?>
        {
            ["iss"] = $"\"{Name}\"",
            ["aud"] = "\"crank\"",
            ["sub"] = "\"alice@acme.example\"",
            ["iat"] = now.ToUnixTimeSeconds().ToString(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds().ToString(),
            ["roles"] = "[\"member\"]",
        };
        foreach (var (name, json) in changes)
        {
            claims[name] = json;
        }

        return $"{{{string.Join(',', claims.Where(c => c.Value is not null).Select(c => $"\"{c.Key}\":{c.Value}"))}}}";
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (IsDown)
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        }

        if (context.Request.Path == "/.well-known/openid-configuration")
        {
            return context.Response.WriteAsync($$"""{"issuer":"{{Claimed ?? Name}}","jwks_uri":"{{Name}}/keys"}""");
        }

        Asked++;
        return context.Response.WriteAsync($$"""{"keys":[{{Key.ToJson()}}]}""");
    }
}
