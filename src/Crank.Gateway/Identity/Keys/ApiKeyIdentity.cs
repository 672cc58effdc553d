using Crank.Gateway.Identity.Members;
using Crank.Trust.ApiKeys;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity.Keys;

/// <summary><c>Authorization: Bearer crank_…</c>, or <c>X-Api-Key</c> where a client can set no other field.</summary>
internal sealed class ApiKeyIdentity(KeyBook keys, MemberGate members) : IIdentitySource
{
    public const string Source = "api-key";

    public ValueTask<IdentityAnswer> IdentifyAsync(HttpContext context) => new(Identify(context));

    private IdentityAnswer Identify(HttpContext context)
    {
        var request = context.Request;
        var bearer = Bearer.Of(request);
        var plain = request.Headers["X-Api-Key"];
        if (plain.Count > 1 || (plain.Count == 1 && bearer is not null))
        {
            return new IdentityAnswer.Refused("The request carries more than one credential.", "Send one key, in Authorization.");
        }

        var text = plain.Count == 1 ? plain[0]! : bearer;
        if (text is null || (plain.Count == 0 && !ApiKey.LooksLike(text)))
        {
            return IdentityAnswer.None;
        }

        if (keys.Recognise(text, out var ended) is { } known)
        {
            context.Features.Set(new CredentialEnd(known.End.Token));
            var answer = members.Admit(known.Tenant, known.Record.Principal, default, known.Scopes, Source, known.Text);
            return answer is IdentityAnswer.Known { Caller: var caller } && known.Purse is { } purse ? new IdentityAnswer.Known(caller with { Purse = purse }) : answer;
        }

        return ended
            ? new IdentityAnswer.Refused("This API key is expired or revoked.", "Make a new one with 'crank keys create', or ask who made this one.")
            : new IdentityAnswer.Refused("This is no API key of this mesh.", "Check that it was copied whole; its last letters are a checksum.");
    }
}
