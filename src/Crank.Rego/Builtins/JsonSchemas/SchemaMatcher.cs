using System.Globalization;
using System.Numerics;
using Crank.Rego.Builtins.Go;
using Crank.Rego.Patterns;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.JsonSchemas;

/// <summary>Holds a document against a schema and says what does not match, in OPA's order and words. Members are taken in the order of their names.</summary>
internal sealed class SchemaMatcher(BuiltinContext context, SchemaDocument document)
{
    private const int MaxReferences = 200;

    private int _depth;

    public SchemaResult Match(in Value value)
    {
        var result = new SchemaResult();
        Match(document.Root, value, result, SchemaPlace.Root);
        return result;
    }

    private static string NumberName(in Value number) =>
        Arithmetic.TryGetInteger(number, out _) ? "integer" : "number";

    // Bounds are shown as Go shows its big floats: ten digits at most.
    private static string Bound(in Value number) => GoFloat.Format(number.ToDouble(), 'g', 10);

    private static bool IsMultiple(in Value value, in Value of)
    {
        var (left, leftExponent) = Parts(value);
        var (right, rightExponent) = Parts(of);
        var shift = leftExponent - rightExponent;
        if (Math.Abs(shift) > 20_000)
        {
            throw new BuiltinException("multipleOf is out of range");
        }

        var scale = BigInteger.Pow(10, Math.Abs(shift));
        return shift >= 0 ? (left * scale % right).IsZero : (left % (right * scale)).IsZero;
    }

    private static (BigInteger Coefficient, int Exponent) Parts(in Value number) =>
        number.Reference is BigNumber big ? (big.Coefficient, big.Exponent) : (number.Bits, 0);

    private static IEnumerable<(string Key, Value Value)> Members(ObjectValue members)
    {
        for (var at = 0; at < members.Count; at++)
        {
            var (key, value) = members.InOrder(at);
            yield return (key.AsString(), value);
        }
    }

    private SchemaResult Alone(in Value schema, in Value value, SchemaPlace place)
    {
        var result = new SchemaResult();
        Match(schema, value, result, place);
        return result;
    }

    private void Match(in Value schema, in Value value, SchemaResult result, SchemaPlace place)
    {
        context.Charge(1);
        if (++_depth > MaxReferences)
        {
            throw new BuiltinException("the schema refers to itself without end, or the document is nested too deep");
        }

        try
        {
            MatchOne(schema, value, result, place);
        }
        finally
        {
            _depth--;
        }
    }

    private void MatchOne(in Value schema, in Value value, SchemaResult result, SchemaPlace place)
    {
        if (schema.Kind == ValueKind.Boolean)
        {
            if (schema.IsFalse)
            {
                result.Add(place, "false", "False always fails validation");
            }

            return;
        }

        if (schema.Get("$ref").TryGetString(out var reference))
        {
            Match(document.Resolve(reference), value, result, place);
            return;
        }

        if (!HasType(schema.Get("type"), value, result, place))
        {
            return;
        }

        Combine(schema, value, result, place);
        switch (value.Kind)
        {
            case ValueKind.Array:
                MatchArray(schema, value.AsArray(), result, place);
                break;
            case ValueKind.Object:
                MatchObject(schema, value.AsObject(), result, place);
                break;
            case ValueKind.Number:
                MatchNumber(schema, value, result, place);
                break;
        }

        MatchCommon(schema, value, result, place);
        if (value.TryGetString(out var text))
        {
            MatchText(schema, text, result, place);
        }

        if (value.Kind == ValueKind.Object && schema.Get("properties") is { Kind: ValueKind.Object } properties)
        {
            foreach (var (name, part) in Members(properties.AsObject()))
            {
                if (value.Get(name) is { IsDefined: true } member)
                {
                    Match(part, member, result, new(name, place));
                }
            }
        }

        result.Score++;
    }

    private static bool HasType(in Value types, in Value value, SchemaResult result, SchemaPlace place)
    {
        if (types.IsUndefined)
        {
            return true;
        }

        var name = value.Kind == ValueKind.Number ? NumberName(value) : Operand.Name(value);
        var several = types.Kind == ValueKind.Array ? types.AsArray() : ArrayValue.Of(types);
        if (several.Count == 0)
        {
            return true;
        }

        foreach (var type in several)
        {
            if (type.AsString() == name || (name == "integer" && type.AsString() == "number"))
            {
                return true;
            }
        }

        var expected = several.Count == 1 ? several[0].AsString() : $"[{string.Join(',', several.Select(static type => type.AsString()))}]";
        result.Add(place, "invalid_type", $"Invalid type. Expected: {expected}, given: {name}");
        return false;
    }

    private void Combine(in Value schema, in Value value, SchemaResult result, SchemaPlace place)
    {
        if (schema.Get("anyOf") is { Kind: ValueKind.Array } any && any.AsArray().Count > 0)
        {
            SchemaResult? best = null;
            var found = false;
            foreach (var part in any.AsArray())
            {
                var alone = Alone(part, value, place);
                if (found = alone.Matches)
                {
                    break;
                }

                best = best is null || alone.Score > best.Score ? alone : best;
            }

            if (!found)
            {
                result.Add(place, "number_any_of", "Must validate at least one schema (anyOf)");
                result.Merge(best!);
            }
        }

        if (schema.Get("oneOf") is { Kind: ValueKind.Array } one && one.AsArray().Count > 0)
        {
            SchemaResult? best = null;
            var found = 0;
            foreach (var part in one.AsArray())
            {
                var alone = Alone(part, value, place);
                found += alone.Matches ? 1 : 0;
                best = !alone.Matches && found == 0 && (best is null || alone.Score > best.Score) ? alone : best;
            }

            if (found != 1)
            {
                result.Add(place, "number_one_of", "Must validate one and only one schema (oneOf)");
                if (found == 0)
                {
                    result.Merge(best!);
                }
            }
        }

        if (schema.Get("allOf") is { Kind: ValueKind.Array } all)
        {
            var failed = false;
            foreach (var part in all.AsArray())
            {
                var alone = Alone(part, value, place);
                failed |= !alone.Matches;
                result.Merge(alone);
            }

            if (failed)
            {
                result.Add(place, "number_all_of", "Must validate all the schemas (allOf)");
            }
        }

        if (schema.Get("not") is { IsDefined: true } not && Alone(not, value, place).Matches)
        {
            result.Add(place, "number_not", "Must not validate the schema (not)");
        }

        MatchDependencies(schema.Get("dependencies"), value, result, place);
        if (document.Draft >= SchemaDraft.Draft7 && schema.Get("if") is { IsDefined: true } condition)
        {
            var holds = Alone(condition, value, place).Matches;
            if (schema.Get(holds ? "then" : "else") is { IsDefined: true } branch && Alone(branch, value, place) is { Matches: false } failure)
            {
                result.Add(
                    place,
                    holds ? "condition_then" : "condition_else",
                    holds ? "Must validate \"then\" as \"if\" was valid" : "Must validate \"else\" as \"if\" was not valid");
                result.Merge(failure);
            }
        }

        result.Score++;
    }

    private void MatchDependencies(in Value dependencies, in Value value, SchemaResult result, SchemaPlace place)
    {
        if (dependencies.Kind != ValueKind.Object || value.Kind != ValueKind.Object)
        {
            return;
        }

        foreach (var (name, dependency) in Members(dependencies.AsObject()))
        {
            if (value.Get(name).IsUndefined)
            {
                continue;
            }

            if (dependency.Kind != ValueKind.Array)
            {
                Match(dependency, value, result, place);
                continue;
            }

            foreach (var other in dependency.AsArray())
            {
                if (value.Get(other).IsUndefined)
                {
                    result.Add(place, "missing_dependency", $"Has a dependency on {other.AsString()}");
                }
            }
        }
    }

    private void MatchCommon(in Value schema, in Value value, SchemaResult result, SchemaPlace place)
    {
        if (document.Draft >= SchemaDraft.Draft6 && schema.Get("const") is { IsDefined: true } only && only != value)
        {
            result.Add(place, "const", $"{place.Field} does not match: {JsonOut.Write(only)}");
        }

        if (schema.Get("enum") is { Kind: ValueKind.Array } allowed && !allowed.AsArray().Contains(value))
        {
            context.Charge(allowed.AsArray().Count);
            var list = allowed.AsArray().Count == 0 ? "(none)" : string.Join(", ", allowed.AsArray().Select(static item => JsonOut.Write(item)));
            result.Add(place, "enum", $"{place.Field} must be one of the following: {list}");
        }

        if (schema.Get("format").TryGetString(out var format) && value.TryGetString(out var text) && !SchemaFormats.Holds(format, text))
        {
            result.Add(place, "format", $"Does not match format '{format}'");
        }

        result.Score++;
    }

    private void MatchArray(in Value schema, ArrayValue items, SchemaResult result, SchemaPlace place)
    {
        var each = schema.Get("items");
        if (each.Kind == ValueKind.Array)
        {
            var parts = each.AsArray();
            var rest = schema.Get("additionalItems");
            for (var at = 0; at < items.Count && parts.Count > 0; at++)
            {
                if (at < parts.Count)
                {
                    result.Merge(Alone(parts[at], items[at], At(at)));
                }
                else if (rest.IsFalse)
                {
                    result.Add(place, "array_no_additional_items", "No additional items allowed on array");
                    break;
                }
                else if (rest.IsDefined)
                {
                    result.Merge(Alone(rest, items[at], At(at)));
                }
            }
        }
        else if (each.IsDefined)
        {
            for (var at = 0; at < items.Count; at++)
            {
                result.Merge(Alone(each, items[at], At(at)));
            }
        }

        if (schema.Get("minItems") is { IsDefined: true } least && least.CompareTo((long)items.Count) > 0)
        {
            result.Add(place, "array_min_items", $"Array must have at least {least.NumberText()} items");
        }

        if (schema.Get("maxItems") is { IsDefined: true } most && most.CompareTo((long)items.Count) < 0)
        {
            result.Add(place, "array_max_items", $"Array must have at most {most.NumberText()} items");
        }

        if (schema.Get("uniqueItems").IsTrue)
        {
            var seen = new Dictionary<Value, int>();
            for (var at = 0; at < items.Count; at++)
            {
                if (seen.TryGetValue(items[at], out var first))
                {
                    result.Add(place, "unique", $"array items[{first},{at}] must be unique");
                }

                seen[items[at]] = at;
            }
        }

        if (document.Draft >= SchemaDraft.Draft6 && schema.Get("contains") is { IsDefined: true } contains)
        {
            SchemaResult? best = null;
            var found = false;
            for (var at = 0; at < items.Count && !found; at++)
            {
                var alone = Alone(contains, items[at], At(at));
                found = alone.Matches;
                best = !found && (best is null || alone.Score > best.Score) ? alone : best;
            }

            if (!found)
            {
                result.Add(place, "contains", "At least one of the items must match");
                if (best is not null)
                {
                    result.Merge(best);
                }
            }
        }

        result.Score++;

        SchemaPlace At(int index) => new(index.ToString(CultureInfo.InvariantCulture), place);
    }

    private void MatchObject(in Value schema, ObjectValue members, SchemaResult result, SchemaPlace place)
    {
        if (schema.Get("minProperties") is { IsDefined: true } least && least.CompareTo((long)members.Count) > 0)
        {
            result.Add(place, "array_min_properties", $"Must have at least {least.NumberText()} properties");
        }

        if (schema.Get("maxProperties") is { IsDefined: true } most && most.CompareTo((long)members.Count) < 0)
        {
            result.Add(place, "array_max_properties", $"Must have at most {most.NumberText()} properties");
        }

        if (schema.Get("required") is { Kind: ValueKind.Array } required)
        {
            foreach (var name in required.AsArray())
            {
                if (members.ContainsKey(name))
                {
                    result.Score++;
                }
                else
                {
                    result.Add(place, "required", $"{name.AsString()} is required");
                }
            }
        }

        var properties = schema.Get("properties");
        var rest = schema.Get("additionalProperties");
        foreach (var (name, value) in Members(members))
        {
            var described = properties.Kind == ValueKind.Object && properties.Get(name).IsDefined;
            described |= MatchPatterns(schema.Get("patternProperties"), name, value, result, place);
            if (described || rest.IsUndefined || rest.IsTrue)
            {
                continue;
            }

            if (rest.IsFalse)
            {
                result.Add(place, "additional_property_not_allowed", $"Additional property {name} is not allowed");
            }
            else
            {
                result.Merge(Alone(rest, value, new(name, place)));
            }
        }

        if (document.Draft >= SchemaDraft.Draft6 && schema.Get("propertyNames") is { IsDefined: true } names)
        {
            foreach (var (name, _) in Members(members))
            {
                if (Alone(names, name, place) is { Matches: false } failure)
                {
                    result.Add(place, "invalid_property_name", $"Property name of \"{name}\" does not match");
                    result.Merge(failure);
                }
            }
        }

        result.Score++;
    }

    private bool MatchPatterns(in Value patterns, string name, in Value value, SchemaResult result, SchemaPlace place)
    {
        var described = false;
        if (patterns.Kind == ValueKind.Object)
        {
            foreach (var (pattern, part) in Members(patterns.AsObject()))
            {
                context.Charge((name.Length / 16) + 1);
                if (Re2.Of(pattern).IsMatch(name))
                {
                    described = true;
                    result.Merge(Alone(part, value, new(name, place)));
                }
            }
        }

        result.Score += described ? 1 : 0;
        return described;
    }

    private void MatchText(in Value schema, string text, SchemaResult result, SchemaPlace place)
    {
        if (schema.Get("minLength") is { IsDefined: true } least && least.CompareTo((long)Runes.Count(text)) > 0)
        {
            result.Add(place, "string_gte", $"String length must be greater than or equal to {least.NumberText()}");
        }

        if (schema.Get("maxLength") is { IsDefined: true } most && most.CompareTo((long)Runes.Count(text)) < 0)
        {
            result.Add(place, "string_lte", $"String length must be less than or equal to {most.NumberText()}");
        }

        context.Charge((text.Length / 16) + 1);
        if (schema.Get("pattern").TryGetString(out var pattern) && !Re2.Of(pattern).IsMatch(text))
        {
            result.Add(place, "pattern", $"Does not match pattern '{pattern}'");
        }

        result.Score++;
    }

    private static void MatchNumber(in Value schema, in Value number, SchemaResult result, SchemaPlace place)
    {
        if (schema.Get("multipleOf") is { IsDefined: true } multiple && !IsMultiple(number, multiple))
        {
            result.Add(place, "multiple_of", $"Must be a multiple of {Bound(multiple)}");
        }

        MatchBound(schema, number, "maximum", "exclusiveMaximum", 1, result, place);
        MatchBound(schema, number, "minimum", "exclusiveMinimum", -1, result, place);
        result.Score++;
    }

    private static void MatchBound(in Value schema, in Value number, string name, string exclusive, int wrong, SchemaResult result, SchemaPlace place)
    {
        var (bound, strict) = (schema.Get(name), schema.Get(exclusive));
        var word = wrong > 0 ? "less" : "greater";
        var (type, strictType) = wrong > 0 ? ("number_lte", "number_lt") : ("number_gte", "number_gt");
        if (bound.IsDefined && !strict.IsTrue && Math.Sign(number.CompareTo(bound)) == wrong)
        {
            result.Add(place, type, $"Must be {word} than or equal to {Bound(bound)}");
        }

        var limit = strict.IsTrue ? bound : strict;
        if (limit.Kind == ValueKind.Number && (number.CompareTo(limit) is 0 || Math.Sign(number.CompareTo(limit)) == wrong))
        {
            result.Add(place, strictType, $"Must be {word} than {Bound(limit)}");
        }
    }
}
