namespace Crank.Rego.Bundles;

/// <summary>What the signature of a bundle says of itself. Nothing of it is verified.</summary>
/// <param name="Algorithm">The JWS algorithm.</param>
/// <param name="KeyId">The key that is said to have signed; empty when none is named.</param>
/// <param name="Scope">The claim <c>scope</c>; empty for none.</param>
/// <param name="Files">How many files are listed.</param>
public sealed record SignatureSummary(string Algorithm, string KeyId, string Scope, int Files);
