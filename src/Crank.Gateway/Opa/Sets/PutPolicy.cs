namespace Crank.Gateway.Opa.Sets;

/// <summary>A policy that was put over HTTP.</summary>
/// <param name="Text">The Rego text.</param>
/// <param name="Version">The version of its record.</param>
internal sealed record PutPolicy(string Text, long Version);
