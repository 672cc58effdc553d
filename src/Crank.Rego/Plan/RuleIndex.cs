using System.Collections.Immutable;
using Crank.Rego.Compile;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Plan;

/// <summary>The rules of a policy set by their names: a place of <c>data</c> with what is defined at and below it.</summary>
internal sealed class RuleIndex(Value[] path)
{
    public Value[] Path { get; } = path;

    public Dictionary<Value, RuleIndex> Children { get; } = [];

    /// <summary>Rules whose whole name this is.</summary>
    public List<Rule> Rules { get; } = [];

    /// <summary>Rules whose name goes on with variables, and those further keys.</summary>
    public List<(Rule Rule, ImmutableArray<Term> Keys)> Dynamic { get; } = [];

    public List<Rule> Functions { get; } = [];

    public static RuleIndex Of(IEnumerable<CompiledModule> modules, NameTable names)
    {
        var root = new RuleIndex([]);
        foreach (var module in modules)
        {
            root.At(module.Source.Package.Path.Path.AsSpan()[1..], names, out _);
            foreach (var rule in module.Rules)
            {
                var path = Terms.Extend(rule.Package, rule.Head.Ref).Path;
                var node = root.At(path.AsSpan()[1..], names, out var used);
                if (rule.Head.IsFunction)
                {
                    node.Functions.Add(rule);
                }
                else if (used == path.Length - 1)
                {
                    node.Rules.Add(rule);
                }
                else
                {
                    node.Dynamic.Add((rule, path[(used + 1)..]));
                }
            }
        }

        return root;
    }

    public RuleIndex? Find(ReadOnlySpan<Value> path)
    {
        var node = this;
        foreach (ref readonly var key in path)
        {
            if (!node.Children.TryGetValue(key, out var child))
            {
                return null;
            }

            node = child;
        }

        return node;
    }

    private RuleIndex At(ReadOnlySpan<Term> keys, NameTable names, out int used)
    {
        var node = this;
        used = 0;
        foreach (var term in keys)
        {
            if (!Constants.TryValue(term, names, out var key))
            {
                break;
            }

            if (!node.Children.TryGetValue(key, out var child))
            {
                child = new RuleIndex([.. node.Path, key]);
                node.Children.Add(key, child);
            }

            node = child;
            used++;
        }

        return node;
    }
}
