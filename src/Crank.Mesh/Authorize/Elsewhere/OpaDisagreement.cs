using Crank.Core;

namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>A decision that another OPA would have made otherwise. It names no tenant and no person: the decision's id leads to the receipt.</summary>
/// <param name="Decision">The decision of the mesh.</param>
/// <param name="Allowed">What the mesh decided.</param>
/// <param name="Rule">The rule of the mesh that decided.</param>
/// <param name="OtherAllows">What the other would have.</param>
/// <param name="OtherRule">The rule that it names.</param>
public sealed record OpaDisagreement(DecisionId Decision, bool Allowed, string Rule, bool OtherAllows, string OtherRule);
