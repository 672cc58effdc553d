using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Govern;

/// <summary>
/// A policy with what stands around it: a service calls nothing that <c>crank.calls</c> does not allow, whatever the policy itself says, and a refusal whose rules all have a
/// live exception becomes an allow that names them.
/// </summary>
internal sealed class GovernedPolicy(IPolicy inner, ExemptionBook exemptions, GateDesk desk, IStore store, Action<Decision>? overruled) : IPolicy
{
    /// <summary>What the rule of such a decision begins with; the exception's id follows.</summary>
    public const string RulePrefix = "exception/";

    private const int MaxRule = 1_000;

    public async ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken)
    {
        if (IsService(question))
        {
            var call = desk.AskCall(question, IsParentRunning(question), cancellationToken);
            if (!call.Allowed)
            {
                // Without exceptions: that is what its manifest is for.
                return new(question.Id, false, call.Rule, call.Revision, call.Why, Constraints.None);
            }
        }

        var decision = await inner.DecideAsync(question, cancellationToken);
        if (decision.Allowed || IsOut(question))
        {
            return decision;
        }

        var covering = exemptions.Covering(decision.Denied.IsDefaultOrEmpty ? [decision.Rule] : decision.Denied, question);
        if (covering.IsEmpty)
        {
            return decision;
        }

        var rule = RulePrefix + string.Join('+', covering.Select(e => e.Id).Distinct());
        var excepted = decision with
        {
            Allowed = true,
            Rule = rule.Length <= MaxRule ? rule : $"{RulePrefix}{covering[0].Id}",
            Why = string.Join(' ', covering.Select(e => $"Rule '{e.Rule}' refuses it; exception {e.Id} stands against that until {e.Until:u}.")),
        };
        overruled?.Invoke(excepted);
        return excepted;
    }

    private static bool IsService(PolicyQuestion question) => Roles.Effective(question.Roles, question.PrincipalRecord?.Roles).Contains(Roles.Worker);

    /// <summary>A job that waited may have outlived its parent: what was allowed when it was asked for still is.</summary>
    private bool IsParentRunning(PolicyQuestion question) =>
        question.Parent is { } parent && store.FindJob(parent) is { } row && row.Tenant == question.Tenant && (question.IsStarting || row.State == JobState.Funded);

    /// <summary>Nothing stands for a tenant or principal that is disabled or not known.</summary>
    private static bool IsOut(PolicyQuestion question)
    {
        var isOwner = question.Tenant == TenantId.Owner && question.Principal == PrincipalId.Owner;
        return (question.TenantRecord is null ? question.Tenant != TenantId.Owner : question.TenantRecord.Disabled)
            || (question.PrincipalRecord is null ? !isOwner : question.PrincipalRecord.Disabled);
    }
}
