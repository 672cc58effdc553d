using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Telemetry;
using Crank.Mesh.Tenants;

namespace Crank.Mesh.Path;

/// <summary>An admitted job that the policy allows, with the constraints it adds.</summary>
public sealed class AuthorizedJob
{
    private AuthorizedJob(AdmittedJob admitted, Decision decision) => (Admitted, Decision) = (admitted, decision);

    /// <summary>The job.</summary>
    public AdmittedJob Admitted { get; }

    /// <summary>The answer of the policy.</summary>
    public Decision Decision { get; }

    /// <summary>Asks the policy. The weakest isolation that the operator allows holds whatever the policy says.</summary>
    /// <param name="job">The job.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="membership">What is stored of tenant and principal now.</param>
    /// <param name="id">Names the decision.</param>
    /// <param name="now">The time of the question.</param>
    /// <param name="isStarting">True when a queued job starts.</param>
    /// <param name="minIsolation">The weakest isolation that the operator allows; becomes a constraint of the decision.</param>
    /// <param name="decision">The answer, also when it is a refusal.</param>
    internal static Step<AuthorizedJob> Authorize(
        AdmittedJob job, IPolicy policy, Membership membership, DecisionId id, DateTimeOffset now, bool isStarting, IsolationLevel minIsolation, out Decision decision)
    {
        using var step = PathStep.Begin("authorize");
        decision = Ask(policy, new(
            id, job.Tenant, job.Principal, job.Roles, membership.Tenant, membership.Principal, job.Entry.Capability.Id, job.Terms, job.InputBytes, job.Parent, isStarting, now, minIsolation));
        if (!decision.Allowed)
        {
            return new Refusal(RefusalKind.Policy, RefusalCodes.Forbidden, $"Refused by rule {decision.Rule} of policy {decision.Bundle}: {decision.Why}");
        }

        var isolation = (IsolationLevel)Math.Max((int)(decision.Constraints.MinIsolation ?? IsolationLevel.None), (int)minIsolation);
        decision = decision with { Constraints = decision.Constraints with { MinIsolation = isolation } };
        return new AuthorizedJob(job, decision);
    }

    /// <summary>A policy with a defect allows nothing.</summary>
    private static Decision Ask(IPolicy policy, PolicyQuestion question)
    {
        try
        {
            return policy.Decide(question) with { Id = question.Id };
        }
        catch (Exception e)
        {
            return new(question.Id, false, "policy.failed", policy.GetType().Name, $"The policy could not decide: {e.Message}", Constraints.None);
        }
    }
}
