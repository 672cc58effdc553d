using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity;

/// <summary>The place where ways to prove an identity plug in: keys, tokens, certificates, the owner's socket.</summary>
public interface IIdentitySource
{
    /// <summary>Says who makes a request, from the credential of its own kind alone.</summary>
    /// <remarks>Never throws for what a request holds; never writes to the response. The answer says nothing of why a credential failed that would help to forge one.</remarks>
    ValueTask<IdentityAnswer> IdentifyAsync(HttpContext context);
}
