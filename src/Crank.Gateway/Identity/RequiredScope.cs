namespace Crank.Gateway.Identity;

/// <summary>Metadata of an endpoint: the scope that its caller needs.</summary>
/// <param name="Scope">One of <see cref="Scopes"/>; empty when any caller will do.</param>
internal sealed record RequiredScope(string Scope);
