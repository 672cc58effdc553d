using System.Collections.Frozen;
using Crank.Core;
using Crank.Gateway.Identity;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Tests;

/// <summary>Believes a header field, so that a test can be any tenant. There is none like it outside tests.</summary>
internal sealed class TestIdentity : IIdentitySource
{
    public const string Field = "Test-Caller";

    public static readonly PrincipalId Principal = PrincipalId.Parse("p");

    /// <summary>Told of every request that names a caller.</summary>
    public Action<HttpContext> Seen { get; set; } = _ => { };

    public ValueTask<IdentityAnswer> IdentifyAsync(HttpContext context)
    {
        if (context.Request.Headers[Field] is not [{ } text])
        {
            return new(IdentityAnswer.None);
        }

        Seen(context);
        // tenant@principal scope…
        var words = text.Split(' ');
        var who = words[0].Split('@');
        var scopes = words.Length == 1 ? Scopes.All : words[1..].ToFrozenSet(StringComparer.Ordinal);
        return new(new IdentityAnswer.Known(new Caller(TenantId.Parse(who[0]), who.Length == 2 ? PrincipalId.Parse(who[1]) : Principal, ["member"], scopes, "test")));
    }
}
