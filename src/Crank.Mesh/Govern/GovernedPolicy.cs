using Crank.Core;
using Crank.Mesh.Authorize;

namespace Crank.Mesh.Govern;

/// <summary>A policy with the exceptions that were made from it: a refusal whose rules all have a live one becomes an allow that names them.</summary>
internal sealed class GovernedPolicy(IPolicy inner, ExemptionBook exemptions, Action<Decision>? overruled) : IPolicy
{
    /// <summary>What the rule of such a decision begins with; the exception's id follows.</summary>
    public const string RulePrefix = "exception/";

    private const int MaxRule = 1_000;

    public async ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken)
    {
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

    /// <summary>Nothing stands for a tenant or principal that is disabled or not known.</summary>
    private static bool IsOut(PolicyQuestion question)
    {
        var isOwner = question.Tenant == TenantId.Owner && question.Principal == PrincipalId.Owner;
        return (question.TenantRecord is null ? question.Tenant != TenantId.Owner : question.TenantRecord.Disabled)
            || (question.PrincipalRecord is null ? !isOwner : question.PrincipalRecord.Disabled);
    }
}
