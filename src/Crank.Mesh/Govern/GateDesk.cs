using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Registry;
using Crank.Rego.Values;

namespace Crank.Mesh.Govern;

/// <summary>Asks the policies in force what is no job: offers, admin verbs, exports and the calls of services. Silence, errors and limits deny. Safe for many threads.</summary>
public sealed class GateDesk(PolicyBook book, TimeProvider clock)
{
    /// <summary>The sets that are asked.</summary>
    public PolicyBook Book => book;

    /// <summary>May this service offer this? Asked when it registers and when it changes its offers.</summary>
    /// <param name="service">What is known of it.</param>
    /// <param name="tenant">The tenant of whoever registers it.</param>
    /// <param name="capabilities">What it can do.</param>
    /// <param name="offers">What it offers.</param>
    /// <param name="cancellationToken">Ends the question early.</param>
    public ValueTask<GateAnswer> AskOfferAsync(
        ServiceFacts service, TenantId tenant, ImmutableArray<Capability> capabilities, ImmutableArray<Offer> offers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(service);
        var input = Begin(PolicyTopic.Offer);
        var facts = new ObjectBuilder(6);
        facts.Set("name", service.Name);
        facts.Set("version", service.Version.ToString());
        facts.Set("tenant", tenant.Value);
        facts.Set("node", service.Node.Value);
        facts.Set("isolation", IsolationNames.Name(service.Isolation.Level));
        facts.Set("protocol", service.Protocol);
        facts.Set("builtIn", service.IsBuiltIn);
        if (service.Registrant is { } registrant)
        {
            facts.Set("registrant", registrant.Value);
        }

        input.Set("service", facts.ToObject());
        var named = new ArrayBuilder(capabilities.Length);
        foreach (var capability in capabilities)
        {
            named.Add(Named(capability.Id));
        }

        input.Set("capabilities", named.ToArray());
        var offered = new ArrayBuilder(offers.Length);
        foreach (var offer in offers)
        {
            var one = new ObjectBuilder(4);
            one.Set("capability", Named(offer.Capability));
            one.Set("node", offer.Node.Value);
            if (offer.Zone is { } zone && zone != Zone.Unknown)
            {
                one.Set("zone", zone.Value);
            }

            one.Set("isolation", IsolationNames.Name(offer.Isolation.Level));
            offered.Add(one.ToObject());
        }

        input.Set("offers", offered.ToArray());
        return new(book.Ask(PolicyTopic.Offer, input.ToObject(), null, cancellationToken));
    }

    /// <summary>May this caller do this to the mesh?</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="verb">The operation, as the contract names it, e.g. <c>createTenant</c>.</param>
    /// <param name="target">What it is about, by the names of the route.</param>
    /// <param name="cancellationToken">Ends the question early.</param>
    public GateAnswer AskAdmin(GateCaller caller, string verb, IReadOnlyDictionary<string, string> target, CancellationToken cancellationToken) =>
        Ask(PolicyTopic.Admin, caller, verb, target, cancellationToken);

    /// <summary>May this caller take this out of the mesh?</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="verb">The operation, as the contract names it, e.g. <c>getReceipt</c>.</param>
    /// <param name="target">What it is about: <c>job</c> and its <c>principal</c> where it is a job's.</param>
    /// <param name="cancellationToken">Ends the question early.</param>
    public GateAnswer AskExport(GateCaller caller, string verb, IReadOnlyDictionary<string, string> target, CancellationToken cancellationToken) =>
        Ask(PolicyTopic.Export, caller, verb, target, cancellationToken);

    /// <summary>May this service call that capability?</summary>
    /// <param name="question">The job that it asks for.</param>
    /// <param name="isParentRunning">Whether the job that it asks it for is there, of the same tenant, and runs.</param>
    /// <param name="cancellationToken">Ends the question early.</param>
    internal GateAnswer AskCall(PolicyQuestion question, bool isParentRunning, CancellationToken cancellationToken)
    {
        var manifest = question.PrincipalRecord?.Calls is { IsDefault: false } calls ? calls : [];
        var input = Begin(PolicyTopic.Call);
        input.Set("caller", Of(new(question.Tenant, question.Principal, question.Roles.IsDefault ? [] : question.Roles, "job")));
        input.Set("capability", Named(question.Capability));
        var listed = new ArrayBuilder(manifest.Length);
        foreach (var pattern in manifest)
        {
            listed.Add(pattern);
        }

        input.Set("manifest", listed.ToArray());
        input.Set("listed", manifest.Any(text => CapabilityPattern.TryParse(text, null, out var pattern) && pattern.Matches(question.Capability)));
        if (question.Parent is { } job)
        {
            var parent = new ObjectBuilder(2);
            parent.Set("id", job.ToString());
            parent.Set("running", isParentRunning);
            input.Set("parent", parent.ToObject());
        }

        return book.Ask(PolicyTopic.Call, input.ToObject(), question.Id, cancellationToken);
    }

    private GateAnswer Ask(PolicyTopic topic, GateCaller caller, string verb, IReadOnlyDictionary<string, string> target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(target);
        var input = Begin(topic);
        input.Set("caller", Of(caller));
        input.Set("verb", verb);
        var about = new ObjectBuilder(target.Count);
        foreach (var (name, value) in target)
        {
            about.Set(name, value);
        }

        input.Set("target", about.ToObject());
        return book.Ask(topic, input.ToObject(), null, cancellationToken);
    }

    private ObjectBuilder Begin(PolicyTopic topic)
    {
        var input = new ObjectBuilder(8);
        input.Set("version", PolicyInput.Version);
        input.Set("topic", topic.Name());
        input.Set("timeNs", PolicyInput.Nanoseconds(clock.GetUtcNow()));
        return input;
    }

    private static Value Of(GateCaller caller)
    {
        var value = new ObjectBuilder(4);
        value.Set("tenant", caller.Tenant.Value);
        value.Set("principal", caller.Principal.Value);
        var roles = new ArrayBuilder(caller.Roles.Length);
        foreach (var role in caller.Roles)
        {
            roles.Add(role);
        }

        value.Set("roles", roles.ToArray());
        value.Set("source", caller.Source);
        return value.ToObject();
    }

    private static Value Named(CapabilityVersion capability)
    {
        var value = new ObjectBuilder(3);
        value.Set("name", capability.Name.Value);
        value.Set("version", capability.Version.ToString());
        value.Set("major", capability.Version.Major);
        return value.ToObject();
    }
}
