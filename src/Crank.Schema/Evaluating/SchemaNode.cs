using System.Collections.Frozen;
using System.Text.Json;
using Crank.Schema.Json;
using Crank.Schema.Patterns;

namespace Crank.Schema.Evaluating;

/// <summary>One compiled subschema: each rule in a field, absent rules null. Written by the compiler, then never again.</summary>
internal sealed class SchemaNode(string location)
{
    /// <summary>Where it is written, without a keyword.</summary>
    public string Location { get; } = location;

    /// <summary>The answer of a boolean schema.</summary>
    public bool? Always { get; set; }

    public JsonTypes Types { get; set; }

    public JsonElement? Const { get; set; }

    public JsonElement[]? Enum { get; set; }

    public SchemaNode? Ref { get; set; }

    public SchemaNode[]? AllOf { get; set; }

    public SchemaNode[]? AnyOf { get; set; }

    public SchemaNode[]? OneOf { get; set; }

    public SchemaNode? Not { get; set; }

    public SchemaNode? If { get; set; }

    public SchemaNode? Then { get; set; }

    public SchemaNode? Else { get; set; }

    public NumberRules? Numbers { get; set; }

    public TextRules? Texts { get; set; }

    public ArrayRules? Arrays { get; set; }

    public ObjectRules? Objects { get; set; }

    /// <summary>The schemas applied to the same value: where a circle among them would never end.</summary>
    public IEnumerable<SchemaNode> InPlace() =>
        new[] { Ref, Not, If, Then, Else }.OfType<SchemaNode>()
            .Concat(AllOf ?? [])
            .Concat(AnyOf ?? [])
            .Concat(OneOf ?? [])
            .Concat(Objects?.Dependents.Where(d => d.Schema is not null).Select(d => d.Schema!) ?? []);
}

internal sealed record NumberRules(JsonNumber? Minimum, JsonNumber? Maximum, JsonNumber? ExclusiveMinimum, JsonNumber? ExclusiveMaximum, JsonNumber? MultipleOf);

internal sealed record TextRules(long MinLength, long MaxLength, SchemaPattern? Pattern);

internal sealed record ArrayRules(
    SchemaNode[] Prefix, SchemaNode? Items, SchemaNode? Contains, long MinContains, long MaxContains, bool SaysMinContains, long MinItems, long MaxItems, bool Unique);

/// <summary>
/// The rules of an object. Every name that a rule speaks of has an entry in <see cref="Members"/>, so that one look-up per member serves
/// all of them; the names that must be noticed (required, or on which others depend) have a bit.
/// </summary>
internal sealed record ObjectRules(
    FrozenDictionary<string, MemberRule> Members,
    IReadOnlyList<string> KnownNames,
    int NoticedNames,
    IReadOnlyList<(string Name, int Bit)> Required,
    IReadOnlyList<Dependent> Dependents,
    IReadOnlyList<(SchemaPattern Pattern, SchemaNode Schema)> Patterns,
    SchemaNode? Additional,
    SchemaNode? Names,
    long MinProperties,
    long MaxProperties)
{
    public FrozenDictionary<string, MemberRule>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; } = Members.GetAlternateLookup<ReadOnlySpan<char>>();
}

/// <summary>What is known of one member name; <see cref="Bit"/> is -1 when nobody needs to know whether it is there.</summary>
internal sealed record MemberRule(SchemaNode? Schema, int Bit);

/// <summary>What the presence of a member asks: other members, or a schema of the whole object.</summary>
internal sealed record Dependent(string Name, int Bit, IReadOnlyList<(string Name, int Bit)> Names, SchemaNode? Schema);
