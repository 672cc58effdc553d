namespace Crank.Mesh.Authorize.Loading;

/// <summary>What an attempt to put changed policies in force came to.</summary>
/// <param name="Changed">True when another set is in force now.</param>
/// <param name="InForce">The set in force now.</param>
/// <param name="Failure">Why the set was not taken; null when nothing was wrong.</param>
public sealed record PolicyReload(bool Changed, PolicyInForce InForce, PolicyFailure? Failure);
