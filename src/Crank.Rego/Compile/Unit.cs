using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>A module on its way through the compiler.</summary>
internal sealed class Unit(Module module)
{
    public Module Module { get; } = module;

    public ImmutableArray<Rule> Rules { get; set; } = module.Rules;

    /// <summary>Changes every branch of every rule.</summary>
    public void Map(Func<Rule, Rule> change) => Rules = [.. Rules.Select(rule => Make.Branches(rule, change))];

    /// <summary>All rules with their else branches.</summary>
    public IEnumerable<Rule> Branches => Rules.SelectMany(Make.Each);
}
