using System.Globalization;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.JsonSchemas;

/// <summary>A schema that has been checked, and what its references stand for.</summary>
internal sealed class SchemaDocument
{
    private readonly Value _root;
    private readonly Dictionary<string, Value> _identified = [];
    private readonly Dictionary<string, Value> _resolved = [];

    private SchemaDocument(Value root, SchemaDraft draft)
    {
        _root = root;
        Draft = draft;
    }

    public Value Root => _root;

    public SchemaDraft Draft { get; }

    /// <summary>Checks a schema.</summary>
    /// <exception cref="BuiltinException">It is none; the message is OPA's.</exception>
    public static SchemaDocument Check(BuiltinContext context, Value root)
    {
        var document = new SchemaDocument(root, DraftOf(root));
        document.Collect(context, root, 0);
        new SchemaChecker(context, document).Check(root, 0);
        return document;
    }

    /// <summary>What a reference stands for.</summary>
    public Value Resolve(string reference)
    {
        if (_resolved.TryGetValue(reference, out var known) || _identified.TryGetValue(reference, out known))
        {
            return known;
        }

        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var place = hash < 0 ? reference : reference[..hash];
        var start = place.Length == 0 ? _root : _identified.GetValueOrDefault(place);
        if (start.IsUndefined)
        {
            throw new BuiltinException($"remote reference loading disabled: {reference}");
        }

        return _resolved[reference] = Pointed(start, hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]));
    }

    private static Value Pointed(Value at, string pointer)
    {
        if (pointer.Length == 0)
        {
            return at;
        }

        if (pointer[0] != '/')
        {
            throw new BuiltinException($"Invalid character at the beginning of the pointer: {pointer}");
        }

        foreach (var part in pointer[1..].Split('/'))
        {
            var key = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = at.Kind == ValueKind.Array && int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? at.Get((long)index) : at.Get(key);
            if (at.IsUndefined)
            {
                throw new BuiltinException($"Object has no key '{key}'");
            }
        }

        return at;
    }

    private static SchemaDraft DraftOf(in Value root) =>
        root.Kind == ValueKind.Object && root.Get("$schema").TryGetString(out var uri)
            ? uri.TrimEnd('#') switch
            {
                "http://json-schema.org/draft-04/schema" => SchemaDraft.Draft4,
                "http://json-schema.org/draft-06/schema" => SchemaDraft.Draft6,
                "http://json-schema.org/draft-07/schema" => SchemaDraft.Draft7,
                _ => SchemaDraft.Hybrid,
            }
            : SchemaDraft.Hybrid;

    // Every schema that has an id of its own.
    private void Collect(BuiltinContext context, in Value at, int depth)
    {
        context.Charge(1);
        if (depth > SchemaChecker.MaxDepth)
        {
            throw new BuiltinException("the schema is nested too deep");
        }

        switch (at.Kind)
        {
            case ValueKind.Object:
                if (at.Get("$id").TryGetString(out var id) || at.Get("id").TryGetString(out id))
                {
                    _identified.TryAdd(id, at);
                    _identified.TryAdd(id.TrimEnd('#'), at);
                }

                foreach (var (_, item) in at.AsObject())
                {
                    Collect(context, item, depth + 1);
                }

                break;
            case ValueKind.Array:
                foreach (var item in at.AsArray())
                {
                    Collect(context, item, depth + 1);
                }

                break;
        }
    }
}
