using System.Collections.Immutable;
using System.Globalization;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize;

/// <summary>
/// Reads what <c>decision</c> said: <c>allow</c>, <c>rule</c>, <c>reasons</c>, <c>obligations</c>, <c>constraints</c>, and the <c>limits</c> and <c>grants</c> that policies
/// written for other gates have. An allowing answer with anything that is not known here denies and names it: what is not understood cannot be obeyed.
/// </summary>
internal static class AnswerReader
{
    private const int MaxReasons = 64;
    private const int MaxText = 1_000;
    private const int MaxObligations = 32;
    private const int MaxListed = 1_000;
    private const int MaxDays = 36_500;

    private static readonly Value s_allow = "allow", s_rule = "rule", s_reasons = "reasons", s_obligations = "obligations", s_constraints = "constraints", s_limits = "limits";
    private static readonly Value s_kind = "kind", s_fields = "fields", s_from = "from", s_days = "days", s_input = "input", s_output = "output";
    private static readonly Value s_mesh = "mesh", s_currency = "currency", s_data = "data", s_bytes = "bytes";
    private static readonly string[] s_members = ["allow", "rule", "reasons", "obligations", "constraints", "limits", "grants"];
    private static readonly string[] s_obligationKinds = ["redact", "retain"];

    /// <summary>Reads an answer.</summary>
    /// <param name="topic">What was asked: constraints and obligations are for jobs alone.</param>
    /// <param name="result">What the policy said.</param>
    /// <param name="input">What it was asked with: the currency of amounts that have none of their own, and the bytes that are counted.</param>
    public static GateAnswer Read(PolicyTopic topic, in Value result, in Value input)
    {
        if (result.IsUndefined)
        {
            return GateAnswer.No(GateRules.Undefined, "The policy says nothing about this.", $"{topic.Query()} is undefined for this input.");
        }

        try
        {
            return result.Kind == ValueKind.Object
                ? Read(topic, result.AsObject(), input)
                : throw new AnswerFault(GateRules.Answer, $"The answer is {Shown(result)}; an object with 'allow' is needed.");
        }
        catch (AnswerFault e)
        {
            return GateAnswer.No(e.Rule, $"The policy answered what cannot be obeyed: {e.Message}", e.Message);
        }
    }

    private static GateAnswer Read(PolicyTopic topic, ObjectValue answer, in Value input)
    {
        var allow = answer.Get(s_allow);
        if (!allow.IsTrue && !allow.IsFalse)
        {
            throw new AnswerFault(GateRules.Answer, allow.IsUndefined ? "The answer has no 'allow'." : $"'allow' is {Shown(allow)}; true or false is needed.");
        }

        var reasons = Reasons(answer.Get(s_reasons));
        var rule = Rule(answer.Get(s_rule), reasons, allow.IsTrue);
        return allow.IsTrue ? Allowed(topic, answer, rule, reasons, input) : new(false, rule, reasons, [], Constraints.None);
    }

    private static GateAnswer Allowed(PolicyTopic topic, ObjectValue answer, string rule, ImmutableArray<GateReason> reasons, in Value input)
    {
        var more = false;
        for (var i = 0; i < answer.Count; i++)
        {
            var (name, _) = answer.InOrder(i);
            if (!name.TryGetString(out var text) || !s_members.Contains(text))
            {
                throw new AnswerFault(GateRules.Answer, $"The answer has a member {Shown(name)}, which is not known here; known are {string.Join(", ", s_members)}.");
            }

            more |= text is "obligations" or "constraints" or "limits";
        }

        if (!more)
        {
            return new(true, rule, reasons, [], Constraints.None);
        }

        var reading = new ConstraintReading(input.Get(s_mesh).Get(s_currency).TryGetString(out var code) && Currency.TryParse(code, null, out var currency) ? currency : null);
        var obligations = Obligations(answer.Get(s_obligations), reading);
        reading.Constraints(answer.Get(s_constraints));
        reading.Limits(answer.Get(s_limits));
        var constraints = reading.Result();
        if (topic != PolicyTopic.Job && (!ReferenceEquals(constraints, Constraints.None) || reading.MaxInputBytes is not null))
        {
            throw new AnswerFault(GateRules.Constraint, $"An answer about '{topic.Name()}' can allow or deny; constraints are for jobs.");
        }

        if (reading.MaxInputBytes is { } most && !(input.Get(s_data).Get(s_bytes).TryGetInt64(out var bytes) && bytes <= most))
        {
            return GateAnswer.No(GateRules.InputBytes, $"The input has more bytes than the {most:N0} that the policy allows.");
        }

        return new(true, rule, reasons, obligations, constraints);
    }

    /// <summary>Reasons are texts, or codes with their texts.</summary>
    private static ImmutableArray<GateReason> Reasons(in Value given)
    {
        switch (given.Kind)
        {
            case ValueKind.Undefined:
                return [];
            case ValueKind.Array or ValueKind.Set:
                if (given.Kind == ValueKind.Array && given.AsArray() is { Count: 1 } one)
                {
                    var only = Text(one[0], "a reason", GateRules.Answer);
                    return [new(only, only)];
                }

                var items = Items(given, "reasons", MaxReasons, GateRules.Answer);
                var reasons = ImmutableArray.CreateBuilder<GateReason>(items.Count);
                foreach (var item in items)
                {
                    var text = Text(item, "a reason", GateRules.Answer);
                    reasons.Add(new(text, text));
                }

                return reasons.MoveToImmutable();
            case ValueKind.Object:
                return given.AsObject().Count <= MaxReasons
                    ? [.. given.AsObject().Select(r => new GateReason(Text(r.Key, "the code of a reason", GateRules.Answer), Text(r.Value, "a reason", GateRules.Answer)))]
                    : throw new AnswerFault(GateRules.Answer, $"There are {given.AsObject().Count} reasons; at most {MaxReasons} are taken.");
            default:
                return [new("reason", Text(given, "'reasons'", GateRules.Answer))];
        }
    }

    private static string Rule(in Value given, ImmutableArray<GateReason> reasons, bool allowed) =>
        given.IsDefined ? Text(given, "'rule'", GateRules.Answer)
        : reasons.Length > 0 ? reasons[0].Code
        : allowed ? GateRules.Allow : GateRules.Deny;

    private static ImmutableArray<Obligation> Obligations(in Value given, ConstraintReading reading)
    {
        if (given.IsUndefined)
        {
            return [];
        }

        var obligations = ImmutableArray.CreateBuilder<Obligation>();
        foreach (var item in Items(given, "obligations", MaxObligations, GateRules.Obligation))
        {
            if (item.Kind != ValueKind.Object || !item.AsObject().Get(s_kind).TryGetString(out var kind))
            {
                throw new AnswerFault(GateRules.Obligation, $"The obligation {Shown(item)} is not an object with a 'kind'.");
            }

            obligations.Add(kind switch
            {
                "redact" => Redact(item.AsObject(), reading),
                "retain" => Retain(item.AsObject()),
                _ => throw new AnswerFault(GateRules.Obligation, $"The obligation '{Cut(kind)}' is not fulfilled here; {string.Join(" and ", s_obligationKinds)} are."),
            });
        }

        return obligations.ToImmutable();
    }

    private static Obligation Redact(ObjectValue given, ConstraintReading reading)
    {
        Known(given, GateRules.Obligation, "kind", "fields", "from");
        var from = given.Get(s_from);
        if (from.IsDefined && from != s_input && from != s_output)
        {
            throw new AnswerFault(GateRules.Obligation, $"The obligation 'redact' is from {Shown(from)}; input or output is needed.");
        }

        var pointers = Items(given.Get(s_fields), "fields of the obligation 'redact'", MaxListed, GateRules.Obligation).Select(f => Pointer(f, GateRules.Obligation)).ToList();
        if (from == s_output)
        {
            reading.RedactOutput(pointers);
        }
        else
        {
            reading.RedactInput(pointers);
        }

        return new("redact", string.Join(',', pointers));
    }

    /// <summary>The record of a job is never removed, so every number of days is kept.</summary>
    private static Obligation Retain(ObjectValue given)
    {
        Known(given, GateRules.Obligation, "kind", "days");
        return given.Get(s_days).TryGetInt64(out var days) && days is >= 0 and <= MaxDays
            ? new("retain", string.Create(CultureInfo.InvariantCulture, $"{days}d"))
            : throw new AnswerFault(GateRules.Obligation, $"The obligation 'retain' needs 'days', 0 to {MaxDays}.");
    }

    /// <summary>A JSON Pointer; a word without a slash is a member of the root.</summary>
    public static string Pointer(in Value given, string rule)
    {
        var text = Text(given, "a field to redact", rule);
        var pointer = text.StartsWith('/') ? text : "/" + text.Replace("~", "~0", StringComparison.Ordinal);
        return pointer.Length > 1 && JsonPointer.TryParse(pointer, out _) ? pointer : throw new AnswerFault(rule, $"'{Cut(text)}' is not a JSON Pointer such as /customer/email.");
    }

    /// <summary>Holds an object to the members that are known.</summary>
    public static void Known(ObjectValue given, string rule, params ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in given)
        {
            if (!name.TryGetString(out var text) || !names.Contains(text))
            {
                throw new AnswerFault(rule, $"{Shown(name)} is not known here; known are {string.Join(", ", names.ToArray())}.");
            }
        }
    }

    /// <summary>The elements of an array or a set, in order.</summary>
    public static IReadOnlyCollection<Value> Items(in Value given, string what, int most, string rule)
    {
        IReadOnlyCollection<Value> items = given.Kind switch
        {
            ValueKind.Array => given.AsArray(),
            ValueKind.Set => given.AsSet(),
            _ => throw new AnswerFault(rule, $"'{what}' is {Shown(given)}; an array or a set is needed."),
        };
        return items.Count <= most ? items : throw new AnswerFault(rule, $"'{what}' has {items.Count} elements; at most {most} are taken.");
    }

    /// <summary>A text of a sensible length.</summary>
    public static string Text(in Value given, string what, string rule) =>
        given.TryGetString(out var text) && text.Length is > 0 and <= MaxText
            ? text
            : throw new AnswerFault(rule, $"{what} is {Shown(given)}; a text of 1 to {MaxText} characters is needed.");

    /// <summary>A value as a message shows it.</summary>
    public static string Shown(in Value value) => value.IsUndefined ? "not there" : Cut(value.ToString());

    private static string Cut(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 79), "…");
}
