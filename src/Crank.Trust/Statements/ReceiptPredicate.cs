using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Crank.Core;
using Crank.Trust.Canonical;

namespace Crank.Trust.Statements;

/// <summary>The members of the predicate, version 1. Absent means null; amounts and ids are their bare text; figures have their unit in their name.</summary>
internal static class ReceiptPredicate
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    public static void Write(CanonicalJsonWriter json, Receipt receipt)
    {
        json.StartObject();
        json.Name("acceptedAt"u8);
        WriteTime(json, receipt.AcceptedAt);
        json.Name("attempts"u8);
        json.StartArray();
        foreach (var attempt in receipt.Attempts)
        {
            WriteAttempt(json, attempt);
        }

        json.EndArray();
        json.Name("capability"u8);
        json.String(receipt.Capability.ToString());
        json.Name("charge"u8);
        WriteCharge(json, receipt.Charge);
        if (receipt.Decision is { } decision)
        {
            json.Name("decision"u8);
            WriteDecision(json, decision);
        }

        if (receipt.Error is { } error)
        {
            json.Name("error"u8);
            json.String(error.Value);
        }

        json.Name("finishedAt"u8);
        WriteTime(json, receipt.FinishedAt);
        if (receipt.Footprint is { } footprint)
        {
            json.Name("footprint"u8);
            WriteFootprint(json, footprint);
        }

        json.Name("input"u8);
        json.String(receipt.Input.ToString());
        json.Name("job"u8);
        json.String(receipt.Job.ToString());
        json.Name("origin"u8);
        json.String(receipt.Origin);
        json.Name("outcome"u8);
        json.String(BareEnum<Outcome>.Name(receipt.Outcome));
        if (receipt.Output is { } output)
        {
            json.Name("output"u8);
            json.String(output.ToString());
        }

        if (receipt.Parent is { } parent)
        {
            json.Name("parent"u8);
            json.String(parent.ToString());
        }

        if (receipt.Plan is { } plan)
        {
            json.Name("plan"u8);
            WritePlan(json, plan);
        }

        json.Name("principal"u8);
        json.String(receipt.Principal.ToString());
        if (receipt.Promise is { } promise)
        {
            json.Name("promise"u8);
            json.StartObject();
            json.Name("ceiling"u8);
            json.String(promise.Ceiling.ToString());
            json.Name("decision"u8);
            WriteDecision(json, promise.Decision);
            if (promise.StartedAt is { } startedAt)
            {
                json.Name("startedAt"u8);
                WriteTime(json, startedAt);
            }

            json.EndObject();
        }

        json.Name("state"u8);
        json.String(BareEnum<JobState>.Name(receipt.State));
        json.Name("tenant"u8);
        json.String(receipt.Tenant.Value);
        json.Name("terms"u8);
        WriteTerms(json, receipt.Terms);
        if (receipt.TraceParent is { } trace)
        {
            json.Name("traceParent"u8);
            json.String(trace);
        }

        json.EndObject();
    }

    public static Receipt Read(JsonElement json) => new(
        Text(json, "origin"),
        Bare<JobId>(json, "job"),
        Optional<JobId>(json, "parent"),
        Bare<TenantId>(json, "tenant"),
        Bare<PrincipalId>(json, "principal"),
        Bare<CapabilityVersion>(json, "capability"),
        ReadTerms(json.GetProperty("terms")),
        Named<JobState>(json, "state"),
        Named<Outcome>(json, "outcome"),
        Optional<ErrorCode>(json, "error"),
        json.TryGetProperty("decision", out var decision) ? ReadDecision(decision) : null,
        json.TryGetProperty("plan", out var plan) ? ReadPlan(plan) : null,
        All(json, "attempts", ReadAttempt),
        ReadCharge(json.GetProperty("charge")),
        json.TryGetProperty("footprint", out var footprint) ? ReadFootprint(footprint) : null,
        Bare<Digest>(json, "input"),
        Optional<Digest>(json, "output"),
        Time(json, "acceptedAt"),
        Time(json, "finishedAt"),
        json.TryGetProperty("traceParent", out _) ? Text(json, "traceParent") : null,
        json.TryGetProperty("promise", out var promise) ? ReadPromise(promise) : null);

    private static Promise ReadPromise(JsonElement json) => new(
        ReadDecision(json.GetProperty("decision")), Bare<Money>(json, "ceiling"), json.TryGetProperty("startedAt", out _) ? Time(json, "startedAt") : null);

    private static void WriteTerms(CanonicalJsonWriter json, Terms terms)
    {
        json.StartObject();
        if (terms.Budget is { } budget)
        {
            json.Name("budget"u8);
            json.String(budget.ToString());
        }

        if (terms.DataClass is { } dataClass)
        {
            json.Name("dataClass"u8);
            json.String(dataClass.Value);
        }

        if (terms.Deadline is { } deadline)
        {
            json.Name("deadline"u8);
            json.String(deadline.ToString());
        }

        if (terms.MinIsolation is { } isolation)
        {
            json.Name("minIsolation"u8);
            json.String(BareEnum<IsolationLevel>.Name(isolation));
        }

        json.Name("prefer"u8);
        json.String(terms.Prefer.Text);
        json.Name("zones"u8);
        WriteZones(json, terms.Zones);
        json.EndObject();
    }

    private static Terms ReadTerms(JsonElement json) => new(
        Bare<Preference>(json, "prefer"),
        Optional<Money>(json, "budget"),
        Optional<Duration>(json, "deadline"),
        ReadZones(json),
        Optional<DataClass>(json, "dataClass"),
        OptionalNamed<IsolationLevel>(json, "minIsolation"));

    private static void WriteDecision(CanonicalJsonWriter json, Decision decision)
    {
        json.StartObject();
        json.Name("allowed"u8);
        json.Boolean(decision.Allowed);
        json.Name("bundle"u8);
        json.String(decision.Bundle);
        json.Name("constraints"u8);
        json.StartObject();
        if (decision.Constraints.Deadline is { } deadline)
        {
            json.Name("deadline"u8);
            json.String(deadline.ToString());
        }

        if (decision.Constraints.MinIsolation is { } isolation)
        {
            json.Name("minIsolation"u8);
            json.String(BareEnum<IsolationLevel>.Name(isolation));
        }

        if (decision.Constraints.Nodes is { } nodes)
        {
            json.Name("nodes"u8);
            WriteTexts(json, nodes.Select(n => n.Value));
        }

        if (decision.Constraints.PriceCeiling is { } ceiling)
        {
            json.Name("priceCeiling"u8);
            json.String(ceiling.ToString());
        }

        if (decision.Constraints.Redact is { } redact)
        {
            json.Name("redact"u8);
            json.StartObject();
            json.Name("input"u8);
            WriteTexts(json, redact.Input);
            json.Name("output"u8);
            WriteTexts(json, redact.Output);
            json.EndObject();
        }

        json.Name("zones"u8);
        WriteZones(json, decision.Constraints.Zones);
        json.EndObject();
        json.Name("id"u8);
        json.String(decision.Id.ToString());
        if (decision.Input is { } input)
        {
            json.Name("input"u8);
            json.String(input.ToString());
        }

        if (decision.Obligations is { } obligations)
        {
            json.Name("obligations"u8);
            WriteTexts(json, obligations);
        }

        if (decision.Policy is { } policy)
        {
            json.Name("policy"u8);
            json.String(policy.ToString());
        }

        json.Name("rule"u8);
        json.String(decision.Rule);
        json.Name("why"u8);
        json.String(decision.Why);
        json.EndObject();
    }

    private static Decision ReadDecision(JsonElement json)
    {
        var constraints = json.GetProperty("constraints");
        return new Decision(
            Bare<DecisionId>(json, "id"),
            json.GetProperty("allowed").GetBoolean(),
            Text(json, "rule"),
            Text(json, "bundle"),
            Text(json, "why"),
            new Constraints(ReadZones(constraints), OptionalNamed<IsolationLevel>(constraints, "minIsolation"), Optional<Money>(constraints, "priceCeiling"))
            {
                Deadline = Optional<Duration>(constraints, "deadline"),
                Nodes = ReadTexts(constraints, "nodes") is { } nodes ? [.. nodes.Select(n => NodeId.Parse(n))] : null,
                Redact = constraints.TryGetProperty("redact", out var redact) ? new(ReadTexts(redact, "input") ?? [], ReadTexts(redact, "output") ?? []) : null,
            })
        {
            Obligations = ReadTexts(json, "obligations"),
            Policy = Optional<Digest>(json, "policy"),
            Input = Optional<Digest>(json, "input"),
        };
    }

    private static void WriteTexts(CanonicalJsonWriter json, IEnumerable<string> texts)
    {
        json.StartArray();
        foreach (var text in texts)
        {
            json.String(text);
        }

        json.EndArray();
    }

    private static ImmutableArray<string>? ReadTexts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var texts) ? [.. texts.EnumerateArray().Select(t => t.GetString() ?? throw new FormatException($"{name} has an element that is no text."))] : null;

    private static void WritePlan(CanonicalJsonWriter json, Plan plan)
    {
        json.StartObject();
        json.Name("agree"u8);
        json.Number(plan.Agree);
        json.Name("candidates"u8);
        json.StartArray();
        foreach (var candidate in plan.Candidates)
        {
            json.StartObject();
            json.Name("ceiling"u8);
            json.String(candidate.Ceiling.ToString());
            json.Name("node"u8);
            json.String(candidate.Node.ToString());
            json.Name("offer"u8);
            json.String(candidate.Offer.ToString());
            json.Name("score"u8);
            json.Number(candidate.Score);
            json.EndObject();
        }

        json.EndArray();
        json.Name("considered"u8);
        json.Number(plan.Considered);
        json.Name("losers"u8);
        json.StartArray();
        foreach (var loser in plan.Losers)
        {
            json.StartObject();
            json.Name("detail"u8);
            json.String(loser.Detail);
            json.Name("node"u8);
            json.String(loser.Node.ToString());
            json.Name("offer"u8);
            json.String(loser.Offer.ToString());
            json.Name("reason"u8);
            json.String(BareEnum<LossReason>.Name(loser.Reason));
            json.EndObject();
        }

        json.EndArray();
        json.Name("losses"u8);
        json.StartObject();
        foreach (var (name, reason) in BareEnum<LossReason>.InOrder)
        {
            if (plan.Losses.TryGetValue(reason, out var count))
            {
                json.Name(name);
                json.Number(count);
            }
        }

        json.EndObject();
        json.Name("scorer"u8);
        json.String(plan.Scorer);
        json.Name("snapshot"u8);
        json.String(plan.Snapshot.ToString());
        json.Name("units"u8);
        json.StartObject();
        foreach (var (unit, quantity) in plan.Units)
        {
            json.Name(unit.Value);
            json.String(quantity.ToString());
        }

        json.EndObject();
        json.Name("wanted"u8);
        json.Number(plan.Wanted);
        json.EndObject();
    }

    private static Plan ReadPlan(JsonElement json) => new(
        Text(json, "scorer"),
        Bare<Digest>(json, "snapshot"),
        json.GetProperty("considered").GetInt32(),
        json.GetProperty("units").EnumerateObject().ToImmutableSortedDictionary(u => Unit.Parse(u.Name), u => Quantity.Parse(Text(u.Value, u.Name, itself: true))),
        json.GetProperty("wanted").GetInt32(),
        json.GetProperty("agree").GetInt32(),
        All(json, "candidates", c => new Candidate(Bare<OfferId>(c, "offer"), Bare<NodeId>(c, "node"), Bare<Money>(c, "ceiling"), c.GetProperty("score").GetDouble())),
        All(json, "losers", l => new Loser(Bare<OfferId>(l, "offer"), Bare<NodeId>(l, "node"), Named<LossReason>(l, "reason"), Text(l, "detail"))),
        json.GetProperty("losses").EnumerateObject().ToImmutableSortedDictionary(l => BareEnum<LossReason>.Parse(l.Name), l => l.Value.GetInt32()));

    private static void WriteAttempt(CanonicalJsonWriter json, Attempt attempt)
    {
        json.StartObject();
        if (attempt.Error is { } error)
        {
            json.Name("error"u8);
            json.String(error.Value);
        }

        json.Name("isolation"u8);
        json.String(attempt.Isolation.Value);
        json.Name("node"u8);
        json.String(attempt.Node.ToString());
        json.Name("number"u8);
        json.Number(attempt.Number);
        json.Name("offer"u8);
        json.String(attempt.Offer.ToString());
        json.Name("outcome"u8);
        json.String(BareEnum<Outcome>.Name(attempt.Outcome));
        json.Name("startedAt"u8);
        WriteTime(json, attempt.StartedAt);
        json.Name("took"u8);
        json.String(attempt.Took.ToString());
        if (attempt.Worker is { } worker)
        {
            json.Name("worker"u8);
            json.String(worker.ToString());
        }

        json.EndObject();
    }

    private static Attempt ReadAttempt(JsonElement json) => new(
        json.GetProperty("number").GetInt32(),
        Bare<OfferId>(json, "offer"),
        Bare<NodeId>(json, "node"),
        Optional<WorkerId>(json, "worker"),
        Bare<Isolation>(json, "isolation"),
        Time(json, "startedAt"),
        Bare<Duration>(json, "took"),
        Named<Outcome>(json, "outcome"),
        Optional<ErrorCode>(json, "error"));

    private static void WriteCharge(CanonicalJsonWriter json, Charge charge)
    {
        json.StartObject();
        json.Name("held"u8);
        json.String(charge.Held.ToString());
        json.Name("lines"u8);
        json.StartArray();
        foreach (var line in charge.Lines)
        {
            json.StartObject();
            json.Name("amount"u8);
            json.String(line.Amount.ToString());
            json.Name("per"u8);
            json.String(line.Per.Value);
            json.Name("unitPrice"u8);
            json.String(line.UnitPrice.ToString());
            json.Name("used"u8);
            json.String(line.Used.ToString());
            json.EndObject();
        }

        json.EndArray();
        json.Name("shares"u8);
        json.StartArray();
        foreach (var share in charge.Shares)
        {
            json.StartObject();
            json.Name("account"u8);
            json.String(share.Account.ToString());
            json.Name("amount"u8);
            json.String(share.Amount.ToString());
            json.EndObject();
        }

        json.EndArray();
        json.Name("total"u8);
        json.String(charge.Total.ToString());
        json.EndObject();
    }

    private static Charge ReadCharge(JsonElement json) => new(
        Bare<Money>(json, "held"),
        All(json, "lines", l => new ChargeLine(Bare<Unit>(l, "per"), Bare<Quantity>(l, "used"), Bare<Money>(l, "unitPrice"), Bare<Money>(l, "amount"))),
        Bare<Money>(json, "total"),
        All(json, "shares", s => new Share(Bare<AccountId>(s, "account"), Bare<Money>(s, "amount"))));

    private static void WriteFootprint(CanonicalJsonWriter json, Footprint footprint)
    {
        json.StartObject();
        json.Name("carbonGrams"u8);
        json.Number(footprint.Carbon.Value);
        json.Name("carbonGramsLower"u8);
        json.Number(footprint.CarbonLower.Value);
        json.Name("carbonGramsUpper"u8);
        json.Number(footprint.CarbonUpper.Value);
        json.Name("embodiedGrams"u8);
        json.Number(footprint.Embodied.Value);
        json.Name("energyJoules"u8);
        json.Number(footprint.Energy.Value);
        json.Name("energyJoulesLower"u8);
        json.Number(footprint.EnergyLower.Value);
        json.Name("energyJoulesUpper"u8);
        json.Number(footprint.EnergyUpper.Value);
        json.Name("functionalUnit"u8);
        json.String(footprint.FunctionalUnit.Value);
        json.Name("intensityGramsPerKwh"u8);
        json.Number(footprint.Intensity.Value);
        json.Name("intensitySource"u8);
        json.String(footprint.IntensitySource);
        json.Name("meter"u8);
        json.String(footprint.Meter);
        json.Name("tier"u8);
        json.String(BareEnum<FootprintTier>.Name(footprint.Tier));
        json.Name("zone"u8);
        json.String(footprint.Zone.Value);
        json.EndObject();
    }

    private static Footprint ReadFootprint(JsonElement json) => new(
        Named<FootprintTier>(json, "tier"),
        Text(json, "meter"),
        Measured<Joules>(json, "energyJoules"),
        Measured<Joules>(json, "energyJoulesLower"),
        Measured<Joules>(json, "energyJoulesUpper"),
        Bare<Zone>(json, "zone"),
        Measured<GramsCo2ePerKwh>(json, "intensityGramsPerKwh"),
        Text(json, "intensitySource"),
        Measured<GramsCo2e>(json, "embodiedGrams"),
        Bare<Unit>(json, "functionalUnit"),
        Measured<GramsCo2e>(json, "carbonGrams"),
        Measured<GramsCo2e>(json, "carbonGramsLower"),
        Measured<GramsCo2e>(json, "carbonGramsUpper"));

    private static void WriteZones(CanonicalJsonWriter json, ImmutableArray<Zone> zones)
    {
        json.StartArray();
        foreach (var zone in zones)
        {
            json.String(zone.Value);
        }

        json.EndArray();
    }

    private static ImmutableArray<Zone> ReadZones(JsonElement json) => All(json, "zones", z => Zone.Parse(Text(z, "zones", itself: true)));

    private static void WriteTime(CanonicalJsonWriter json, DateTimeOffset at) => json.String(at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    private static DateTimeOffset Time(JsonElement json, string name) => DateTimeOffset.ParseExact(
        Text(json, name), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static ImmutableArray<T> All<T>(JsonElement json, string name, Func<JsonElement, T> read) =>
        [.. json.GetProperty(name).EnumerateArray().Select(read)];

    private static T Bare<T>(JsonElement json, string name)
        where T : IParsable<T> => T.Parse(Text(json, name), CultureInfo.InvariantCulture);

    private static T? Optional<T>(JsonElement json, string name)
        where T : struct, IParsable<T> => json.TryGetProperty(name, out _) ? Bare<T>(json, name) : null;

    private static T Named<T>(JsonElement json, string name)
        where T : struct, Enum => BareEnum<T>.Parse(Text(json, name));

    private static T? OptionalNamed<T>(JsonElement json, string name)
        where T : struct, Enum => json.TryGetProperty(name, out _) ? Named<T>(json, name) : null;

    private static T Measured<T>(JsonElement json, string name)
        where T : struct, IMeasure<T> => T.Of(json.GetProperty(name).GetDouble());

    private static string Text(JsonElement json, string name, bool itself = false) =>
        (itself ? json : json.GetProperty(name)).GetString() ?? throw new FormatException($"'{name}' is not a string.");
}
