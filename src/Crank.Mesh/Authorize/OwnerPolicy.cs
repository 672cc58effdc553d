using Crank.Core;

namespace Crank.Mesh.Authorize;

/// <summary>The policy of an embedded mesh: whoever may open the data folder is its owner and may run anything; nobody else may run anything.</summary>
/// <remarks>Pure: the same question gives the same answer. Default deny.</remarks>
public static class OwnerPolicy
{
    /// <summary>The revision on every decision of this policy.</summary>
    public const string Bundle = "embedded/1";

    /// <summary>Decides one job.</summary>
    /// <param name="id">Names the decision.</param>
    /// <param name="tenant">Who would pay.</param>
    /// <param name="principal">Who acts.</param>
    /// <param name="minIsolation">The weakest isolation that the operator allows; becomes a constraint of the decision.</param>
    public static Decision Decide(DecisionId id, TenantId tenant, PrincipalId principal, IsolationLevel minIsolation) =>
        tenant == TenantId.Owner && principal == PrincipalId.Owner
            ? new(id, true, "embedded.owner", Bundle, "The owner of the data folder may run every capability.", Constraints.None with { MinIsolation = minIsolation })
            : new(id, false, "embedded.default", Bundle, $"Only the owner of the data folder may run jobs here; '{principal}' of tenant '{tenant}' is not.", Constraints.None);
}
