using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Crank.Schema.Json;
using CsCheck;

namespace Crank.Schema.Tests;

public sealed class PropertyTests
{
    private static readonly string[] Names = ["a", "b", "c", "ax"];

    private static readonly string[] Schemas =
    [
        """{"properties":{"a":{"type":"integer"},"b":{"minLength":2}},"required":["a"],"additionalProperties":false}""",
        """{"patternProperties":{"^[ab]":{"type":["number","string"]}},"propertyNames":{"maxLength":1},"minProperties":2}""",
        """{"anyOf":[{"required":["b"]},{"type":"array","uniqueItems":true}],"not":{"const":{"a":1,"b":2}}}""",
        """{"oneOf":[{"type":"object","additionalProperties":{"$ref":"#/$defs/leaf"}},{"type":"array","items":{"$ref":"#/$defs/leaf"}}],"$defs":{"leaf":{"type":["number","string","boolean"]}}}""",
        """{"if":{"required":["a"]},"then":{"dependentRequired":{"a":["b"]}},"else":{"contains":{"type":"object"},"maxContains":1}}""",
        """{"enum":[{"a":1},{"b":"x","c":[1]},[1,2],null,0.5]}""",
    ];

    private static readonly Gen<JsonNode?> Leaf = Gen.OneOf(
        Gen.Int[-2, 3].Select(i => (JsonNode?)JsonValue.Create(i)),
        Gen.String[Gen.Char["abx"], 0, 3].Select(s => (JsonNode?)JsonValue.Create(s)),
        Gen.Bool.Select(b => (JsonNode?)JsonValue.Create(b)),
        Gen.Const((JsonNode?)null));

    private static readonly Gen<JsonNode?> Value = Gen.Recursive<JsonNode?>((depth, below) => depth > 3
        ? Leaf
        : Gen.Frequency(
            (2, Leaf),
            (2, Gen.Dictionary(Gen.Int[0, 3].Select(i => Names[i]), below)[0, 4].Select(d => (JsonNode?)new JsonObject(d.Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))))),
            (1, below.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())])))));

    private static readonly JsonSchema[] Compiled = [.. Schemas.Select(s => JsonSchema.Compile(s))];

    [Fact]
    public void The_quick_answer_agrees_with_the_full_one() =>
        Value.Sample(value =>
        {
            var element = Json.Of(value?.ToJsonString() ?? "null");
            return Compiled.All(s => s.IsValid(element) == s.Validate(element).IsValid);
        });

    [Fact]
    public void The_order_of_members_does_not_matter() =>
        Gen.Select(Value, Gen.Int).Sample((value, seed) =>
        {
            var element = Json.Of(value?.ToJsonString() ?? "null");
            var shuffled = Json.Of(Shuffled(value, new Random(seed)));
            return Compiled.All(s => s.IsValid(element) == s.IsValid(shuffled));
        });

    [Fact]
    public void Numbers_compare_as_their_exact_values()
    {
        var number = Gen.Select(Gen.Long[-2_000_000, 2_000_000], Gen.Bool.Select(many => many ? new string('0', 20) : ""), Gen.Int[-24, 24]);
        Gen.Select(number, number).Sample((a, b) =>
        {
            var order = Parse(a).CompareTo(Parse(b));
            var exact = Exact(a).CompareTo(Exact(b));
            return Math.Sign(order) == Math.Sign(exact) && Parse(a).Equals(Parse(b)) == (exact == 0)
                && (Exact(b) <= 0 || Parse(a).IsMultipleOf(Parse(b)) == (Exact(a) % Exact(b) == 0));
        });
    }

    private static JsonNumber Parse((long Digits, string Zeros, int Exponent) n) =>
        JsonNumber.Parse(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{n.Digits}{(n.Digits == 0 ? "" : n.Zeros)}e{n.Exponent}")));

    private static BigInteger Exact((long Digits, string Zeros, int Exponent) n) =>
        n.Digits * BigInteger.Pow(10, n.Zeros.Length + n.Exponent + 24);

    private static string Shuffled(JsonNode? node, Random random) => node switch
    {
        JsonObject o => $"{{{string.Join(',', o.OrderBy(_ => random.Next()).Select(m => $"\"{m.Key}\":{Shuffled(m.Value, random)}"))}}}",
        JsonArray a => $"[{string.Join(',', a.Select(i => Shuffled(i, random)))}]",
        _ => node?.ToJsonString() ?? "null",
    };
}
