using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Crank.Trust.Jose;

namespace Crank.Gateway.Identity.Tokens;

/// <summary>
/// The keys of one issuer: asked for when the first token comes, again when they are old or a token names an unknown one, never more often than the pause
/// allows, and by one request at a time. While the issuer is silent the last keys stay good for a while.
/// </summary>
internal sealed class IssuerKeys(IssuerOptions issuer, HttpClient http, TimeProvider clock) : IDisposable
{
    private const int MaxDocument = JoseLimits.MaxKeySet;

    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile Known _known = new([], DateTimeOffset.MinValue, DateTimeOffset.MinValue, null);

    /// <summary>The keys to verify a token with, which names this one.</summary>
    public async ValueTask<ImmutableArray<Jwk>> GetAsync(string? keyId, CancellationToken cancellationToken)
    {
        if (!NeedsAsking(keyId))
        {
            return Usable();
        }

        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (NeedsAsking(keyId))
            {
                var asked = clock.GetUtcNow();
                _known = _known with { Asked = asked };
                var (keys, fault) = await AskAsync(cancellationToken);
                _known = keys is { } found ? new(found, asked, asked, null) : _known with { Fault = fault };
            }
        }
        finally
        {
            _asking.Release();
        }

        return Usable();
    }

    /// <summary>What was wrong with the last answer; null when nothing was.</summary>
    public string? Fault => _known.Fault;

    /// <summary>Whether another configuration would ask for the same keys in the same way.</summary>
    public bool Serves(IssuerOptions next) =>
        (next.Issuer, next.Keys, next.KeysFresh, next.KeysKept, next.KeysPause) == (issuer.Issuer, issuer.Keys, issuer.KeysFresh, issuer.KeysKept, issuer.KeysPause);

    public void Dispose() => _asking.Dispose();

    private bool NeedsAsking(string? keyId)
    {
        var (known, now) = (_known, clock.GetUtcNow());
        var isWanted = known.Keys.IsEmpty || now - known.Read >= issuer.KeysFresh || (keyId is not null && !known.Keys.Any(k => k.KeyId == keyId));
        return isWanted && (known.Asked == DateTimeOffset.MinValue || now - known.Asked >= issuer.KeysPause);
    }

    private ImmutableArray<Jwk> Usable() => _known is var known && clock.GetUtcNow() - known.Read < issuer.KeysKept ? known.Keys : [];

    private async Task<(ImmutableArray<Jwk>? Keys, string? Fault)> AskAsync(CancellationToken cancellationToken)
    {
        var where = issuer.Keys;
        if (where is null)
        {
            var (found, fault) = await DiscoverAsync(cancellationToken);
            if (found is null)
            {
                return (null, fault);
            }

            where = found;
        }

        var (body, why) = await ReadAsync(where, cancellationToken);
        if (body is null)
        {
            return (null, why);
        }

        // Symmetric keys and keys for encryption have no business in a published set: they are not used, whatever a rule would say later.
        return JwkSet.TryParse(body, out var set, out why)
            ? ([.. set.Keys.Where(k => k.KeyType != "oct" && k.Use is null or "sig")], null)
            : (null, why);
    }

    /// <summary>OpenID Connect Discovery 1.0 section 4: the document must name the very issuer that was asked.</summary>
    private async Task<(Uri? Keys, string? Fault)> DiscoverAsync(CancellationToken cancellationToken)
    {
        var (body, why) = await ReadAsync(new Uri(issuer.Issuer.TrimEnd('/') + "/.well-known/openid-configuration"), cancellationToken);
        if (body is null)
        {
            return (null, why);
        }

        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("issuer", out var named)
                || named.ValueKind != JsonValueKind.String || named.GetString() != issuer.Issuer)
            {
                return (null, "its discovery document names another issuer");
            }

            return json.RootElement.TryGetProperty("jwks_uri", out var keys) && keys.ValueKind == JsonValueKind.String
                && Uri.TryCreate(keys.GetString(), UriKind.Absolute, out var uri) && IsSafe(uri)
                ? (uri, null)
                : (null, "its discovery document names no keys at an https address");
        }
        catch (JsonException e)
        {
            return (null, $"its discovery document is not JSON: {e.Message}");
        }
    }

    private async Task<(byte[]? Body, string? Fault)> ReadAsync(Uri uri, CancellationToken cancellationToken)
    {
        if (!IsSafe(uri))
        {
            return (null, $"{uri} is neither https nor on loopback");
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Accept.ParseAdd("application/json");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return (null, $"{uri} answered {(int)response.StatusCode}");
            }

            await response.Content.LoadIntoBufferAsync(MaxDocument, cancellationToken);
            return (await response.Content.ReadAsByteArrayAsync(cancellationToken), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, $"{uri} cannot be read: {e.Message}");
        }
    }

    /// <summary>Keys that come over a line that anyone on it can change prove nothing.</summary>
    public static bool IsSafe(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);

    private sealed record Known(ImmutableArray<Jwk> Keys, DateTimeOffset Read, DateTimeOffset Asked, string? Fault);
}
