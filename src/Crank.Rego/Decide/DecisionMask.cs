using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>What is taken out of an event, or replaced in it, before anybody reads it: the rules of <c>data.system.log.mask</c>, as OPA has them. Immutable.</summary>
public sealed class DecisionMask
{
    /// <summary>The most rules of one mask.</summary>
    public const int MaxRules = 10_000;

    private const string Input = "input";
    private const string Result = "result";
    private const string Cache = "nd_builtin_cache";

    private readonly List<Rule> _rules;

    private DecisionMask(List<Rule> rules) => _rules = rules;

    /// <summary>
    /// Reads rules: a set or array of paths to remove, or of objects with <c>op</c> (<c>remove</c> or <c>upsert</c>), <c>path</c> and, for an upsert, <c>value</c>. A path begins with
    /// <c>/input</c>, <c>/result</c> or <c>/nd_builtin_cache</c>.
    /// </summary>
    /// <exception cref="ValueFormatException">A rule is of another form. Nothing may then be shown.</exception>
    public static DecisionMask Of(in Value rules)
    {
        IReadOnlyCollection<Value> given = rules.Kind switch
        {
            ValueKind.Undefined => [],
            ValueKind.Set => rules.AsSet(),
            ValueKind.Array => rules.AsArray(),
            _ => throw new ValueFormatException("A mask must be a set or an array of rules."),
        };
        return given.Count <= MaxRules
            ? new([.. given.Select(static rule => RuleOf(rule))])
            : throw new ValueFormatException($"A mask has more than {MaxRules} rules.");
    }

    /// <summary>The event with all rules carried out. A path that is not there changes nothing and is not told of.</summary>
    public DecisionEvent Apply(DecisionEvent decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        foreach (var rule in _rules)
        {
            var before = rule.Parts[0] switch { Input => decision.Input, Result => decision.Result, _ => decision.NdBuiltinCache };
            if (before.IsUndefined || !Changed(before, rule, 1, out var after))
            {
                continue;
            }

            decision = rule.Parts[0] switch
            {
                Input => decision with { Input = after },
                Result => decision with { Result = after },
                _ => decision with { NdBuiltinCache = after },
            };
            decision = rule.Upsert is null ? decision with { Erased = [.. decision.Erased, rule.Path] } : decision with { Masked = [.. decision.Masked, rule.Path] };
        }

        return decision;
    }

    /// <summary>The event without input, answer and recorded results: what is left to be shown when it cannot be said what may be.</summary>
    public static DecisionEvent Everything(DecisionEvent decision, string error)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return new DecisionMask([.. new[] { Input, Result, Cache }.Select(static part => new Rule("/" + part, [part], null))]).Apply(decision) with { Error = error };
    }

    private static Rule RuleOf(in Value rule)
    {
        if (rule.TryGetString(out var path))
        {
            return new(path, Parts(path), null);
        }

        if (rule.Kind != ValueKind.Object || !rule.Get("path").TryGetString(out path))
        {
            throw new ValueFormatException("A rule of a mask must be a path, or an object with op and path.");
        }

        var value = rule.Get("value");
        return rule.Get("op").TryGetString(out var op)
            ? op switch
            {
                "remove" => new(path, Parts(path), null),
                "upsert" => new(path, Parts(path), value.IsDefined ? value : Value.Null),
                _ => throw new ValueFormatException($"The operation '{op}' of a mask is not known; remove and upsert are."),
            }
            : throw new ValueFormatException("A rule of a mask must have an op, remove or upsert.");
    }

    private static string[] Parts(string path) =>
        path.StartsWith('/') && PointerText.Split(path[1..]) is { } parts && parts[0] is Input or Result or Cache
            ? parts
            : throw new ValueFormatException($"A path of a mask must begin with /{Input}, /{Result} or /{Cache}, not '{path}'.");

    /// <summary>The value with the rule carried out from a part of its path on; undefined when all of it is removed. False when the path is not there.</summary>
    private static bool Changed(in Value value, Rule rule, int at, out Value changed)
    {
        changed = rule.Upsert ?? default;
        if (at == rule.Parts.Length)
        {
            return true;
        }

        var name = rule.Parts[at];
        switch (value.Kind)
        {
            case ValueKind.Object:
                var member = value.AsObject().Get(name);
                if (member.IsUndefined && rule.Upsert is null)
                {
                    return false;
                }

                // An upsert makes the objects on its way.
                if (!Changed(member.IsUndefined ? ObjectValue.Empty : member, rule, at + 1, out var inner))
                {
                    return false;
                }

                changed = With(value.AsObject(), name, inner);
                return true;
            case ValueKind.Array:
                var items = value.AsArray();
                if (PointerText.Position(name, items.Count - 1) is not { } position || !Changed(items[position], rule, at + 1, out inner))
                {
                    return false;
                }

                changed = ArrayValue.Of([.. items.Select((item, i) => i == position ? inner : item).Where(static item => item.IsDefined)]);
                return true;
            default:
                return false;
        }
    }

    private static ObjectValue With(ObjectValue members, string name, in Value value)
    {
        var made = new ObjectBuilder(members.Count + 1);
        foreach (var (key, member) in members)
        {
            if (!key.TryGetString(out var text) || text != name)
            {
                made.Set(key, member);
            }
        }

        if (value.IsDefined)
        {
            made.Set(name, value);
        }

        return made.ToObject();
    }

    private sealed record Rule(string Path, string[] Parts, Value? Upsert);
}
