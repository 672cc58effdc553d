using Crank.Core;
using Crank.Market;
using Crank.Mesh.Tenants;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize;

/// <summary>
/// Makes the document that a policy sees as <c>input</c> of a job's question: <c>crank.policy.input/1</c>, published as <c>docs/policy-input.schema.json</c>. What is not
/// known or was not asked is left out, so that a policy finds it undefined.
/// </summary>
public static class PolicyInput
{
    /// <summary>The version on every input. A member never changes its meaning within a version; new ones may come.</summary>
    public const string Version = "crank.policy.input/1";

    /// <summary>The most offers that an input shows; <c>offersLeftOut</c> counts the others.</summary>
    public const int MaxOffers = 64;

    private static readonly Value s_version = "version", s_versionValue = Version, s_topic = "topic", s_job = "job", s_timeNs = "timeNs", s_starting = "starting";
    private static readonly Value s_principal = "principal", s_id = "id", s_known = "known", s_disabled = "disabled", s_roles = "roles", s_tenant = "tenant", s_labels = "labels";
    private static readonly Value s_capability = "capability", s_name = "name", s_major = "major", s_terms = "terms", s_prefer = "prefer", s_budget = "budget", s_micros = "micros";
    private static readonly Value s_currency = "currency", s_deadlineMs = "deadlineMs", s_zones = "zones", s_isolation = "isolation", s_data = "data", s_class = "class", s_bytes = "bytes";
    private static readonly Value s_parent = "parent", s_minIsolation = "minIsolation", s_offers = "offers", s_offersLeftOut = "offersLeftOut", s_node = "node", s_zone = "zone", s_mesh = "mesh", s_provider = "provider";

    private static readonly Value s_ownerPrincipal = JsonIn.Read($$"""{"id": "{{PrincipalId.Owner}}", "known": true, "disabled": false, "roles": []}""");
    private static readonly Value s_ownerTenant = JsonIn.Read($$"""{"id": "{{TenantId.Owner}}", "known": true, "disabled": false, "labels": { } }""");
    private static readonly Value s_defaultTerms = Made(Core.Terms.Default);

    private static Listed? s_listed;
    private static MeshFacts? s_lastMesh;

    /// <summary>The input of one question.</summary>
    public static Value Of(PolicyQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var input = new ObjectBuilder(12);
        input.Set(s_version, s_versionValue);
        input.Set(s_topic, s_job);
        input.Set(s_timeNs, Nanoseconds(question.Now));
        input.Set(s_starting, question.IsStarting);
        input.Set(s_principal, Principal(question));
        input.Set(s_tenant, Tenant(question));
        input.Set(s_terms, Terms(question.Terms));
        input.Set(s_data, Data(question));
        if (question.Parent is { } parent)
        {
            input.Set(s_parent, parent.ToString());
        }

        input.Set(s_mesh, Mesh(question.Currency, question.MinIsolation));
        var (capability, offers, leftOut) = Capability(question.Offers ?? OfferSnapshot.Empty, question.Capability);
        input.Set(s_capability, capability);
        input.Set(s_offers, offers);
        if (leftOut > 0)
        {
            input.Set(s_offersLeftOut, leftOut);
        }

        return input.ToObject();
    }

    /// <summary>A time as policies see it: nanoseconds since 1970-01-01, UTC.</summary>
    internal static long Nanoseconds(DateTimeOffset time) => checked((time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100);

    private static Value Principal(PolicyQuestion question)
    {
        if (IsOwner(question) && question is { Roles.IsDefaultOrEmpty: true, PrincipalRecord: null })
        {
            return s_ownerPrincipal;
        }

        var principal = new ObjectBuilder(4);
        principal.Set(s_id, question.Principal.Value);
        principal.Set(s_known, question.PrincipalRecord is not null || IsOwner(question));
        principal.Set(s_disabled, question.PrincipalRecord is { Disabled: true });
        var roles = new ArrayBuilder(2);
        foreach (var role in Roles.Effective(question.Roles, question.PrincipalRecord?.Roles))
        {
            roles.Add(role);
        }

        principal.Set(s_roles, roles.ToArray());
        return principal.ToObject();
    }

    private static bool IsOwner(PolicyQuestion question) => question.Tenant == TenantId.Owner && question.Principal == PrincipalId.Owner;

    private static Value Tenant(PolicyQuestion question)
    {
        if (question.Tenant == TenantId.Owner && question.TenantRecord is null)
        {
            return s_ownerTenant;
        }

        var tenant = new ObjectBuilder(4);
        tenant.Set(s_id, question.Tenant.Value);
        tenant.Set(s_known, question.TenantRecord is not null || question.Tenant == TenantId.Owner);
        tenant.Set(s_disabled, question.TenantRecord is { Disabled: true });
        Value labels = ObjectValue.Empty;
        if (question.TenantRecord?.Labels is { Count: > 0 } given)
        {
            var builder = new ObjectBuilder(given.Count);
            foreach (var (name, value) in given)
            {
                builder.Set(name, value);
            }

            labels = builder.ToObject();
        }

        tenant.Set(s_labels, labels);
        return tenant.ToObject();
    }

    private static Value Mesh(Currency? currency, IsolationLevel minIsolation)
    {
        if (Volatile.Read(ref s_lastMesh) is { } last && last.Currency == currency && last.MinIsolation == minIsolation)
        {
            return last.Value;
        }

        var mesh = new ObjectBuilder(2);
        if (currency is { } known)
        {
            mesh.Set(s_currency, known.Code);
        }

        mesh.Set(s_minIsolation, IsolationNames.Name(minIsolation));
        Value made = mesh.ToObject();
        Volatile.Write(ref s_lastMesh, new(currency, minIsolation, made));
        return made;
    }

    private static Value Named(CapabilityVersion capability)
    {
        var value = new ObjectBuilder(3);
        value.Set(s_name, capability.Name.Value);
        value.Set(s_version, capability.Version.ToString());
        value.Set(s_major, capability.Version.Major);
        return value.ToObject();
    }

    private static Value Terms(Terms terms) => ReferenceEquals(terms, Core.Terms.Default) ? s_defaultTerms : Made(terms);

    private static Value Made(Terms terms)
    {
        var value = new ObjectBuilder(5);
        value.Set(s_prefer, terms.Prefer.Text);
        if (terms.Budget is { } budget)
        {
            var money = new ObjectBuilder(2);
            money.Set(s_micros, budget.Micros);
            money.Set(s_currency, budget.Currency.Code);
            value.Set(s_budget, money.ToObject());
        }

        if (terms.Deadline is { } deadline)
        {
            value.Set(s_deadlineMs, (long)deadline.Time.TotalMilliseconds);
        }

        var zones = new ArrayBuilder(terms.Zones.IsDefault ? 0 : terms.Zones.Length);
        if (!terms.Zones.IsDefault)
        {
            foreach (var zone in terms.Zones)
            {
                zones.Add(zone.Value);
            }
        }

        value.Set(s_zones, zones.ToArray());
        if (terms.MinIsolation is { } isolation)
        {
            value.Set(s_isolation, IsolationNames.Name(isolation));
        }

        return value.ToObject();
    }

    private static Value Data(PolicyQuestion question)
    {
        var data = new ObjectBuilder(2);
        data.Set(s_bytes, question.InputBytes);
        if (question.Terms.DataClass is { } dataClass)
        {
            data.Set(s_class, dataClass.Value);
        }

        return data.ToObject();
    }

    /// <summary>A capability and the offers for it, made once per snapshot: snapshots change far less often than jobs come.</summary>
    private static (Value Capability, Value Offers, long LeftOut) Capability(OfferSnapshot snapshot, CapabilityVersion capability)
    {
        var listed = Volatile.Read(ref s_listed);
        if (listed is null || !ReferenceEquals(listed.Snapshot, snapshot))
        {
            Volatile.Write(ref s_listed, listed = new(snapshot));
        }

        return listed.ByCapability.GetOrAdd(capability, static (wanted, offers) => List(offers, wanted), snapshot);
    }

    private static (Value, Value, long) List(OfferSnapshot snapshot, CapabilityVersion capability)
    {
        var offers = new ArrayBuilder(4);
        var leftOut = 0L;
        foreach (var offer in snapshot.Offers)
        {
            if (offer.Capability != capability)
            {
                continue;
            }

            if (offers.Count == MaxOffers)
            {
                leftOut++;
                continue;
            }

            var value = new ObjectBuilder(4);
            value.Set(s_node, offer.Node.Value);
            if (offer.Zone is { } zone && zone != Zone.Unknown)
            {
                value.Set(s_zone, zone.Value);
            }

            value.Set(s_isolation, IsolationNames.Name(offer.Isolation.Level));
            value.Set(s_provider, offer.Provider.Value);
            offers.Add(value.ToObject());
        }

        return (Named(capability), offers.ToArray(), leftOut);
    }

    private sealed record MeshFacts(Currency? Currency, IsolationLevel MinIsolation, Value Value);

    private sealed class Listed(OfferSnapshot snapshot)
    {
        public OfferSnapshot Snapshot { get; } = snapshot;

        public System.Collections.Concurrent.ConcurrentDictionary<CapabilityVersion, (Value Capability, Value Offers, long LeftOut)> ByCapability { get; } = new();
    }
}
