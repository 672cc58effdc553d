using Crank.Rego.Patterns;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.JsonSchemas;

/// <summary>Checks that a value is a schema, in OPA's order and words.</summary>
internal sealed class SchemaChecker(BuiltinContext context, SchemaDocument document)
{
    public const int MaxDepth = 200;

    private const string SchemaName = "schema";
    private const string SchemaList = "array of schemas";

    private static readonly string[] Types = ["array", "boolean", "integer", "number", "null", "object", "string"];

    private readonly HashSet<string> _followed = [];

    public void Check(in Value schema, int depth)
    {
        context.Charge(1);
        if (depth > MaxDepth)
        {
            throw new BuiltinException("the schema is nested too deep");
        }

        if (schema.Kind == ValueKind.Boolean)
        {
            return;
        }

        if (schema.Kind != ValueKind.Object)
        {
            throw new BuiltinException($"Expected: {SchemaName}, given: Invalid JSON");
        }

        foreach (var key in (ReadOnlySpan<string>)["$schema", "$id", "title", "description", "$ref", "pattern", "format"])
        {
            if (schema.Get(key) is { IsDefined: true, Kind: not ValueKind.String })
            {
                throw InvalidType("string", key);
            }
        }

        CheckMembers(schema, "definitions", depth);
        if (schema.Get("$ref").TryGetString(out var reference))
        {
            var target = document.Resolve(reference);
            if (_followed.Add(reference))
            {
                Check(target, depth + 1);
            }

            return;
        }

        CheckTypes(schema.Get("type"));
        CheckMembers(schema, "properties", depth);
        CheckOne(schema, "additionalProperties", depth);
        CheckMembers(schema, "patternProperties", depth);
        if (schema.Get("patternProperties") is { Kind: ValueKind.Object } patterns)
        {
            foreach (var (pattern, _) in patterns.AsObject())
            {
                Pattern(pattern.AsString(), $"Invalid regex pattern '{pattern.AsString()}'");
            }
        }

        if (document.Draft >= SchemaDraft.Draft6)
        {
            CheckOne(schema, "propertyNames", depth);
            CheckOne(schema, "contains", depth);
        }

        CheckDependencies(schema.Get("dependencies"), depth);
        CheckItems(schema.Get("items"), depth);
        CheckOne(schema, "additionalItems", depth);
        CheckNumbers(schema);
        CheckCounts(schema, "minLength", "maxLength", "minLength cannot be greater than maxLength");
        if (schema.Get("pattern").TryGetString(out var text))
        {
            Pattern(text, "pattern must be a valid regex");
        }

        CheckCounts(schema, "minProperties", "maxProperties", "minProperties cannot be greater than maxProperties");
        CheckRequired(schema.Get("required"));
        CheckCounts(schema, "minItems", "maxItems", null);
        if (schema.Get("uniqueItems") is { IsDefined: true, Kind: not ValueKind.Boolean })
        {
            throw new BuiltinException("uniqueItems must be of a boolean");
        }

        CheckEnum(schema.Get("enum"));
        CheckList(schema, "oneOf", depth);
        CheckList(schema, "anyOf", depth);
        CheckList(schema, "allOf", depth);
        CheckOne(schema, "not", depth);
        if (document.Draft >= SchemaDraft.Draft7)
        {
            CheckOne(schema, "if", depth);
            CheckOne(schema, "then", depth);
            CheckOne(schema, "else", depth);
        }
    }

    private static BuiltinException InvalidType(string expected, string given) => new($"Invalid type. Expected: {expected}, given: {given}");

    private static bool IsSchema(in Value value) => value.Kind is ValueKind.Object or ValueKind.Boolean;

    private static void Pattern(string pattern, string wrong)
    {
        try
        {
            Re2.Of(pattern);
        }
        catch (PatternException)
        {
            throw new BuiltinException(wrong);
        }
    }

    private static void CheckTypes(in Value types)
    {
        var seen = new HashSet<string>();
        foreach (var type in types.Kind == ValueKind.Array ? types.AsArray() : types.IsDefined ? ArrayValue.Of(types) : ArrayValue.Empty)
        {
            if (!type.TryGetString(out var name))
            {
                throw InvalidType("type", "string/array of strings");
            }

            if (!Types.Contains(name))
            {
                throw new BuiltinException(
                    $"has a primitive type that is NOT VALID -- given: /{name}/ Expected valid values are:[{string.Join(' ', Types)}]");
            }

            if (!seen.Add(name))
            {
                throw new BuiltinException($"{name} type is duplicated");
            }
        }
    }

    private static void CheckRequired(in Value required)
    {
        if (required.IsUndefined)
        {
            return;
        }

        if (required.Kind != ValueKind.Array)
        {
            throw InvalidType("array", "required");
        }

        var seen = new HashSet<string>();
        foreach (var name in required.AsArray())
        {
            if (!name.TryGetString(out var text))
            {
                throw InvalidType("string", "required");
            }

            if (!seen.Add(text))
            {
                throw new BuiltinException("required items must be unique");
            }
        }
    }

    private static void CheckEnum(in Value allowed)
    {
        if (allowed.IsDefined && allowed.Kind != ValueKind.Array)
        {
            throw InvalidType("array", "enum");
        }

        if (allowed.IsDefined && allowed.AsArray().Distinct().Count() != allowed.AsArray().Count)
        {
            throw new BuiltinException("enum items must be unique");
        }
    }

    private static void CheckCounts(in Value schema, string least, string most, string? crossed)
    {
        var (low, high) = (Count(schema, least), Count(schema, most));
        if (low > high && crossed is not null)
        {
            throw new BuiltinException(crossed);
        }
    }

    private static long? Count(in Value schema, string key)
    {
        var value = schema.Get(key);
        if (value.IsUndefined)
        {
            return null;
        }

        return value.Kind != ValueKind.Number || !value.TryGetInt64(out var count) ? throw new BuiltinException($"{key} must be of an integer")
            : count < 0 ? throw new BuiltinException($"{key} must be greater than or equal to 0")
            : count;
    }

    private void CheckNumbers(in Value schema)
    {
        var multiple = schema.Get("multipleOf");
        if (multiple.IsDefined && multiple.Kind != ValueKind.Number)
        {
            throw InvalidType("number", "multipleOf");
        }

        if (multiple.IsDefined && multiple.CompareTo(0L) <= 0)
        {
            throw new BuiltinException("multipleOf must be strictly greater than 0");
        }

        foreach (var (bound, exclusive) in (ReadOnlySpan<(string, string)>)[("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")])
        {
            if (schema.Get(bound) is { IsDefined: true, Kind: not ValueKind.Number })
            {
                throw new BuiltinException($"{bound} must be of a number");
            }

            var strict = schema.Get(exclusive);
            var flagAllowed = document.Draft is SchemaDraft.Draft4 or SchemaDraft.Hybrid;
            var numberAllowed = document.Draft != SchemaDraft.Draft4;
            if (strict.IsUndefined || (strict.Kind == ValueKind.Number && numberAllowed))
            {
                continue;
            }

            if (strict.Kind != ValueKind.Boolean || !flagAllowed)
            {
                throw InvalidType(flagAllowed ? numberAllowed ? "boolean/number" : "boolean" : "number", exclusive);
            }

            if (schema.Get(bound).IsUndefined)
            {
                throw new BuiltinException($"{exclusive} cannot be used without {bound}");
            }
        }
    }

    private void CheckOne(in Value schema, string key, int depth)
    {
        var part = schema.Get(key);
        if (part.IsUndefined)
        {
            return;
        }

        if (!IsSchema(part))
        {
            throw InvalidType(key is "additionalProperties" or "additionalItems" ? $"boolean/{SchemaName}" : SchemaName, key);
        }

        Check(part, depth + 1);
    }

    private void CheckMembers(in Value schema, string key, int depth)
    {
        var members = schema.Get(key);
        if (members.IsUndefined)
        {
            return;
        }

        if (members.Kind != ValueKind.Object)
        {
            throw key == "definitions" ? InvalidType(SchemaList, key) : InvalidType("object", key);
        }

        foreach (var (_, part) in members.AsObject())
        {
            if (!IsSchema(part))
            {
                throw key == "definitions" ? InvalidType(SchemaList, key) : InvalidType(SchemaName, key);
            }

            Check(part, depth + 1);
        }
    }

    private void CheckList(in Value schema, string key, int depth)
    {
        var parts = schema.Get(key);
        if (parts.IsUndefined)
        {
            return;
        }

        if (parts.Kind != ValueKind.Array)
        {
            throw InvalidType("array", key);
        }

        foreach (var part in parts.AsArray())
        {
            Check(part, depth + 1);
        }
    }

    private void CheckItems(in Value items, int depth)
    {
        if (items.IsUndefined)
        {
            return;
        }

        if (items.Kind != ValueKind.Array && !IsSchema(items))
        {
            throw InvalidType($"{SchemaName}/{SchemaList}", "items");
        }

        foreach (var part in items.Kind == ValueKind.Array ? items.AsArray() : ArrayValue.Of(items))
        {
            if (!IsSchema(part))
            {
                throw InvalidType($"{SchemaName}/{SchemaList}", "items");
            }

            Check(part, depth + 1);
        }
    }

    private void CheckDependencies(in Value dependencies, int depth)
    {
        if (dependencies.IsUndefined)
        {
            return;
        }

        if (dependencies.Kind != ValueKind.Object)
        {
            throw InvalidType("object", "dependencies");
        }

        foreach (var (_, dependency) in dependencies.AsObject())
        {
            if (IsSchema(dependency))
            {
                Check(dependency, depth + 1);
            }
            else if (dependency.Kind != ValueKind.Array || dependency.AsArray().Any(static name => name.Kind != ValueKind.String))
            {
                throw new BuiltinException("Invalid type. Expected: schema or array of strings, given: dependency");
            }
        }
    }
}
