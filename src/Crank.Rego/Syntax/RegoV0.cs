using System.Collections.Frozen;
using Crank.Rego.Compile;

namespace Crank.Rego.Syntax;

/// <summary>
/// Policies in Rego v0, as OPA read it before 1.0: written anew in Rego v1, with their comments, in the usual style. Where a keyword of v1 came by an import alone it may be a name in v0; such a policy
/// has no form in v1 and is refused.
/// </summary>
public static class RegoV0
{
    /// <summary>The policy in Rego v1.</summary>
    /// <param name="name">What errors call it; a file name.</param>
    /// <param name="text">Its text in Rego v0.</param>
    public static ParseResult<string> ToV1(string name, string text)
    {
        var read = Parse(name, text);
        if (!read.Ok)
        {
            return new(null, read.Errors);
        }

        var written = Formatter.Format(read.Value with { Rules = [.. read.Value.Rules.Select(new Renamed().Map)] });
        var again = Parser.ParseModule(name, written);
        return again.Ok ? new(written, []) : new(null, again.Errors);
    }

    internal static ParseResult<Module> Parse(string name, string text) => Parser.ParseModule(name, text, new ParseOptions { IsV0 = true });

    private sealed class Renamed : Mapper
    {
        private static readonly FrozenDictionary<string, (string Group, string Name)> s_names = new Dictionary<string, (string, string)>
        {
            ["re_match"] = ("regex", "match"),
            ["net.cidr_overlap"] = ("net", "cidr_contains"),
        }.ToFrozenDictionary();

        public Rule Map(Rule rule) => rule with
        {
            Head = rule.Head with
            {
                // A function of nothing was a rule.
                IsFunction = !rule.Head.Arguments.IsEmpty,
                Arguments = Map(rule.Head.Arguments),
                Key = rule.Head.Key is { } key ? Map(key) : null,
                Value = rule.Head.Value is { } value ? Map(value) : null,
            },
            Body = Map(rule.Body),
            Else = rule.Else is { } other ? Map(other) : null,
        };

        protected override Term.Ref MapFunction(Term.Ref function) =>
            s_names.TryGetValue(function.ToString()!, out var now) ? Terms.Ref(function.At, now.Group, now.Name) : base.MapFunction(function);
    }
}
