using Crank.Mesh.Tenants;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize;

/// <summary>
/// What <c>policies/default/access.rego</c> says, in the language of the mesh: a mesh that has no policies of its own need not compile any to run its first job. A
/// differential test holds both together.
/// </summary>
internal static class DefaultAccess
{
    private static readonly Value s_tenant = "tenant", s_principal = "principal", s_id = "id", s_known = "known", s_disabled = "disabled", s_roles = "roles", s_owner = "owner";
    private static readonly Value s_allow = "allow", s_reasons = "reasons", s_rule = "rule";
    private static readonly (Value, Value) s_tenantUnknown = ("tenant-unknown", "The tenant is not known here.");
    private static readonly (Value, Value) s_tenantDisabled = ("tenant-disabled", "The tenant is disabled.");
    private static readonly (Value, Value) s_principalUnknown = ("principal-unknown", "The principal is not known in the tenant.");
    private static readonly (Value, Value) s_principalDisabled = ("principal-disabled", "The principal is disabled.");
    private static readonly (Value, Value) s_role = ("role", "None of the principal's roles may run capabilities; member, agent and admin may.");
    private static readonly Value s_ownerMay = Allow("owner", "The owner of the data folder may run every capability.");
    private static readonly Value s_roleMay = Allow("role", "Members, agents and admins of a tenant may run every capability.");

    /// <summary>The value of <c>data.crank.access.decision</c> for an input.</summary>
    public static Value Decide(Value input)
    {
        var (tenant, principal) = (input.Get(s_tenant), input.Get(s_principal));
        if (tenant.Get(s_id) == s_owner && principal.Get(s_id) == s_owner)
        {
            return s_ownerMay;
        }

        var deny = new ObjectBuilder(2);
        Add(deny, !tenant.Get(s_known).Holds, s_tenantUnknown);
        Add(deny, tenant.Get(s_disabled).Holds, s_tenantDisabled);
        Add(deny, !principal.Get(s_known).Holds, s_principalUnknown);
        Add(deny, principal.Get(s_disabled).Holds, s_principalDisabled);
        Add(deny, !MayRun(principal.Get(s_roles)), s_role);
        return deny.Count > 0 ? Deny(deny.ToObject()) : s_roleMay;
    }

    private static void Add(ObjectBuilder deny, bool holds, (Value Code, Value Text) reason)
    {
        if (holds)
        {
            deny.Set(reason.Code, reason.Text);
        }
    }

    private static bool MayRun(in Value roles)
    {
        foreach (var role in roles.Kind == ValueKind.Array ? roles.AsArray().Span : [])
        {
            if (role.TryGetString(out var name) && Roles.MayInvoke(name))
            {
                return true;
            }
        }

        return false;
    }

    private static Value Allow(string rule, string reason)
    {
        var answer = new ObjectBuilder(3);
        answer.Set(s_allow, true);
        answer.Set(s_rule, rule);
        answer.Set(s_reasons, ArrayValue.Of(reason));
        return answer.ToObject();
    }

    private static Value Deny(Value reasons)
    {
        var answer = new ObjectBuilder(2);
        answer.Set(s_allow, false);
        answer.Set(s_reasons, reasons);
        return answer.ToObject();
    }
}
