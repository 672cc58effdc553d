using Crank.Core;
using Crank.Mesh.Authorize;

namespace Crank.Mesh.Path;

/// <summary>An admitted job that the policy allows, with the constraints it adds.</summary>
public sealed class AuthorizedJob
{
    private AuthorizedJob(AdmittedJob admitted, Decision decision) => (Admitted, Decision) = (admitted, decision);

    /// <summary>The job.</summary>
    public AdmittedJob Admitted { get; }

    /// <summary>The answer of the policy.</summary>
    public Decision Decision { get; }

    /// <summary>Asks the policy.</summary>
    /// <param name="job">The job.</param>
    /// <param name="ids">Names the decision.</param>
    /// <param name="minIsolation">The weakest isolation that the operator allows.</param>
    /// <param name="decision">The answer, also when it is a refusal.</param>
    public static Step<AuthorizedJob> Authorize(AdmittedJob job, IdSource ids, IsolationLevel minIsolation, out Decision decision)
    {
        decision = OwnerPolicy.Decide(new(ids.Next()), job.Tenant, job.Principal, minIsolation);
        return decision.Allowed
            ? new AuthorizedJob(job, decision)
            : new Refusal(RefusalKind.Policy, RefusalCodes.Forbidden, $"Refused by rule {decision.Rule} of policy {decision.Bundle}: {decision.Why}");
    }
}
