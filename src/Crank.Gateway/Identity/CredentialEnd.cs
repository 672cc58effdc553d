namespace Crank.Gateway.Identity;

/// <summary>Feature of a request: when its credential is revoked, a request that still runs is cut off, so that no stream outlives the right to it.</summary>
/// <param name="Revoked">Cancelled when that happens.</param>
internal sealed record CredentialEnd(CancellationToken Revoked);
