using System.Collections.Immutable;
using Crank.Gateway.Contract;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Opa;

/// <summary>What the query of a request asks for besides the answer. What is not done here is refused by name, never passed over.</summary>
/// <param name="Pretty">White space for people.</param>
/// <param name="Metrics">How long the parts took.</param>
/// <param name="Provenance">Which version and revision answered.</param>
internal sealed record OpaQuery(bool Pretty, bool Metrics, bool Provenance)
{
    private static readonly string[] s_standard = ["pretty", "metrics", "instrument", "provenance", "explain", "strict-builtin-errors"];

    private const string Boolean = """{"type":"boolean"}""";

    /// <summary>As the contract tells it.</summary>
    public static ImmutableArray<Parameter> Described { get; } =
    [
        Parameter.Query("pretty", "White space for people.", Boolean),
        Parameter.Query("metrics", "Says how long the parts took, in nanoseconds.", Boolean),
        Parameter.Query("instrument", "The same as `metrics`.", Boolean),
        Parameter.Query("provenance", "Says which version and which revision answered.", Boolean),
        Parameter.Query("explain", "Only `off`: traces are made by `crank policy eval`.", """{"type":"string","enum":["off"]}"""),
        Parameter.Query("strict-builtin-errors", "Only `true`, which is how it always is: a builtin that refuses its arguments is an error.", """{"type":"boolean","const":true}"""),
    ];

    /// <summary>Reads the query of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="more">What this operation takes besides.</param>
    /// <exception cref="OpaException">It asks for what is not done here.</exception>
    public static OpaQuery Read(HttpContext context, params ReadOnlySpan<string> more)
    {
        foreach (var (name, values) in context.Request.Query)
        {
            if (!s_standard.Contains(name) && !more.Contains(name))
            {
                throw OpaException.Wrong($"parameter '{name}' is not supported here; it takes: {string.Join(", ", [.. more.ToArray(), .. s_standard])}");
            }

            if (name == "explain" && values.FirstOrDefault(v => v is { Length: > 0 } and not "off") is { } mode)
            {
                throw OpaException.Wrong($"explain '{mode}' is not supported; 'crank policy eval --explain' traces a decision");
            }

            if (name == "strict-builtin-errors" && !Flag(context, name))
            {
                throw OpaException.Wrong("strict-builtin-errors is always on here: an error that is merely undefined would let requests pass a list of denials");
            }
        }

        return new(Flag(context, "pretty"), Flag(context, "metrics") || Flag(context, "instrument"), Flag(context, "provenance"));
    }

    /// <summary>As in OPA: there without a value, or <c>true</c> in any case of letters.</summary>
    public static bool Flag(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) && ((values.Count == 1 && string.IsNullOrEmpty(values[0])) || values.Any(v => string.Equals(v, "true", StringComparison.OrdinalIgnoreCase)));
}
