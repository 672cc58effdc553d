using Crank.Core;
using Crank.Mesh.Tenants;

namespace Crank.Mesh.Authorize;

/// <summary>
/// The policy of a mesh that has no other: the owner of the data folder may run everything; whoever else is known and not disabled may run what their roles allow.
/// </summary>
/// <remarks>Pure: the same question gives the same answer. Default deny.</remarks>
public sealed class EmbeddedPolicy : IPolicy
{
    /// <summary>The revision on every decision of this policy.</summary>
    public const string Bundle = "embedded/2";

    /// <inheritdoc />
    public ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var (rule, why, allowed) = Answer(question);
        return new(new Decision(question.Id, allowed, rule, Bundle, why, Constraints.None));
    }

    private static (string Rule, string Why, bool Allowed) Answer(PolicyQuestion question)
    {
        var (tenant, principal) = (question.Tenant, question.Principal);
        if (tenant == TenantId.Owner && principal == PrincipalId.Owner)
        {
            return ("embedded.owner", "The owner of the data folder may run every capability.", true);
        }

        if (tenant != TenantId.Owner && question.TenantRecord is null)
        {
            return ("embedded.tenant-unknown", $"There is no tenant '{tenant}' here.", false);
        }

        if (question.TenantRecord is { Disabled: true })
        {
            return ("embedded.tenant-disabled", $"Tenant '{tenant}' is disabled.", false);
        }

        return question.PrincipalRecord switch
        {
            null => ("embedded.principal-unknown", $"There is no principal '{principal}' in tenant '{tenant}'.", false),
            { Disabled: true } => ("embedded.principal-disabled", $"Principal '{principal}' of tenant '{tenant}' is disabled.", false),
            { } known when Roles.Effective(question.Roles, known.Roles).Any(Roles.MayInvoke) =>
                ("embedded.role", "Members, agents and admins of a tenant may run every capability.", true),
            _ => ("embedded.default", $"None of the roles of principal '{principal}' in tenant '{tenant}' may run capabilities; member, agent and admin may.", false),
        };
    }
}
