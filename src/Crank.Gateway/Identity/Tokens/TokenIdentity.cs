using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Crank.Core;
using Crank.Gateway.Identity.Members;
using Crank.Mesh.Records;
using Crank.Mesh.Tenants;
using Crank.Storage;
using Crank.Trust.ApiKeys;
using Crank.Trust.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Crank.Gateway.Identity.Tokens;

/// <summary><c>Authorization: Bearer</c> with a JWT of a configured issuer.</summary>
internal sealed partial class TokenIdentity : IIdentitySource, IDisposable
{
    public const string Source = "token";

    private const string UsedKind = "used-token";

    private volatile FrozenDictionary<string, (IssuerOptions Options, TokenRule Rule, IssuerKeys Keys)> _issuers;
    private readonly MemberGate _members;
    private readonly RecordBook _records;
    private readonly TimeProvider _clock;
    private readonly LiveOptions _options;
    private readonly HttpClient _http;
    private readonly ILogger _log;

    public TokenIdentity(LiveOptions options, HttpClient http, MemberGate members, RecordBook records, TimeProvider clock, ILogger log)
    {
        (_members, _records, _clock, _options, _http, _log) = (members, records, clock, options, http, log);
        _issuers = options.Identity.Issuers.ToFrozenDictionary(i => i.Issuer, Known, StringComparer.Ordinal);
    }

    /// <summary>A client for questions to issuers: no redirect is followed, no cookie kept, nothing waits long.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
    })
    { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Takes over the issuers that are trusted now. One whose keys come from the same place keeps those that were fetched; one that is gone is trusted no more from the next request on.</summary>
    public void Renew()
    {
        var old = _issuers;
        var next = _options.Identity.Issuers.ToFrozenDictionary(
            i => i.Issuer, i => old.TryGetValue(i.Issuer, out var known) && known.Keys.Serves(i) ? (i, RuleOf(i), known.Keys) : Known(i), StringComparer.Ordinal);
        // Keys that are left out may still be waited for by a request: they are not disposed of.
        _issuers = next;
    }

    public void Dispose()
    {
        foreach (var (_, _, keys) in _issuers.Values)
        {
            keys.Dispose();
        }
    }

    public async ValueTask<IdentityAnswer> IdentifyAsync(HttpContext context)
    {
        if (Bearer.Of(context.Request) is not { } token || ApiKey.LooksLike(token))
        {
            return IdentityAnswer.None;
        }

        if (!TokenCheck.TryPeek(token, out var issuer, out var keyId) || !_issuers.TryGetValue(issuer, out var known))
        {
            return Refused("This is neither an API key nor a token of an issuer that this mesh trusts.");
        }

        var keys = await known.Keys.GetAsync(keyId, context.RequestAborted);
        if (keys.IsEmpty)
        {
            NoKeys(_log, issuer, known.Keys.Fault ?? "nothing is known");
            return Refused("The keys of this token's issuer cannot be had now.", "Try again in a moment; if it stays so, the operator of the mesh finds the reason in the log.");
        }

        var now = _clock.GetUtcNow();
        if (!TokenCheck.TryVerify(token, known.Rule, keys, now, out var claims, out var fault))
        {
            return Refused(Words(fault.Value));
        }

        if (TenantOf(known.Options, claims) is not { } tenant)
        {
            return Refused("This token names no tenant that its issuer may speak for.");
        }

        if (known.Options.OneTime && !await FirstUseAsync(claims, known.Rule))
        {
            return Refused(Words(TokenFault.Replayed));
        }

        var principal = PrincipalOf(claims);
        if (known.Options.AddPrincipals)
        {
            await AddAsync(tenant, principal);
        }

        return _members.Admit(tenant, principal, RolesOf(known.Options, claims), Narrowed(claims), Source, claims.TokenId is null ? null : "token");
    }

    /// <summary>An opaque name that stays the same for the same person of the same issuer, and tells neither (RFC 7519 section 4.1.2 scopes <c>sub</c> by issuer).</summary>
    internal static PrincipalId PrincipalOf(TokenClaims claims) =>
        PrincipalId.Parse($"oidc:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{claims.Issuer}\n{claims.Subject}")).AsSpan(0, 16))}");

    private (IssuerOptions Options, TokenRule Rule, IssuerKeys Keys) Known(IssuerOptions issuer) => (issuer, RuleOf(issuer), new(issuer, _http, _clock));

    private static TokenRule RuleOf(IssuerOptions issuer) =>
        new(issuer.Issuer, issuer.Audiences, issuer.Algorithms, issuer.Skew, issuer.MaxLifetime, ["JWT", "at+jwt"], issuer.OneTime);

    private static TenantId? TenantOf(IssuerOptions issuer, TokenClaims claims)
    {
        if (issuer.Tenant is { } only)
        {
            return only;
        }

        return issuer.TenantClaim is { } name && TenantId.TryParse(claims.Text(name), null, out var tenant) && tenant != TenantId.Owner && issuer.Tenants.Contains(tenant)
            ? tenant
            : null;
    }

    private static ImmutableArray<string> RolesOf(IssuerOptions issuer, TokenClaims claims)
    {
        ImmutableArray<string> roles = [.. claims.Words(issuer.RolesClaim).Select(w => issuer.Roles.GetValueOrDefault(w)).OfType<string>().Distinct(StringComparer.Ordinal)];
        return !roles.IsEmpty ? roles : issuer.DefaultRole is { } role ? [role] : [];
    }

    /// <summary>Scopes of ours in <c>scope</c> narrow the roles; a token that names none of ours is as wide as its roles.</summary>
    private static FrozenSet<string>? Narrowed(TokenClaims claims) =>
        claims.Words("scope").Where(Scopes.All.Contains).ToFrozenSet(StringComparer.Ordinal) is { Count: > 0 } named ? named : null;

    /// <summary>The use is a row that can be written once: whoever comes second, also after a restart, finds it there.</summary>
    private async Task<bool> FirstUseAsync(TokenClaims claims, TokenRule rule)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{claims.Issuer}\n{claims.TokenId}")));
        try
        {
            await _records.PutAsync(new RecordRow(UsedKind, TenantId.Owner, id, "{}"u8.ToArray(), claims.Expires + rule.Skew, 1));
            return true;
        }
        catch (StoreConflictException)
        {
            return false;
        }
    }

    private async Task AddAsync(TenantId tenant, PrincipalId principal)
    {
        // Nothing is written for a tenant that is not there, nor beyond what a tenant may have: the gate then refuses.
        if (_records.Find(PrincipalRecord.Kind, tenant, principal.Value) is not null
            || (tenant != TenantId.Owner && _records.Find(TenantRecord.Kind, tenant, tenant.Value) is null)
            || _records.List(PrincipalRecord.Kind, tenant, null, _options.Identity.PrincipalsPerTenant).Count >= _options.Identity.PrincipalsPerTenant)
        {
            return;
        }

        try
        {
            await _records.PutAsync(new PrincipalRecord().ToRow(tenant, principal, 1));
        }
        catch (StoreConflictException)
        {
            // Another request of the same person was faster.
        }
    }

    private static string Words(TokenFault fault) => fault switch
    {
        TokenFault.Expired => "This token is expired.",
        TokenFault.NotYet => "This token is not good yet.",
        TokenFault.Audience => "This token is meant for somebody else.",
        TokenFault.Algorithm => "This token is signed with an algorithm that is not accepted.",
        TokenFault.Header => "This token's header asks for something that is not accepted.",
        TokenFault.Claims => "A claim of this token is missing or not accepted.",
        TokenFault.Replayed => "This token was used before, and is good for one use.",
        TokenFault.Malformed => "This is no token that can be read.",
        _ => "This token does not hold.",
    };

    private static IdentityAnswer.Refused Refused(string detail, string hint = "Get a new token from its issuer, for the audience that the operator of the mesh names.") => new(detail, hint);

    [LoggerMessage(21, LogLevel.Warning, "No keys of issuer {Issuer}: {Fault}")]
    private static partial void NoKeys(ILogger log, string issuer, string fault);
}
