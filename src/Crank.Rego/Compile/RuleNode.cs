using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>A node of the tree of rules: its path is the constant part of the references of its rules.</summary>
public sealed class RuleNode
{
    private readonly Dictionary<Term, RuleNode> _children = new(TermComparer.Instance);
    private readonly List<Rule> _rules = [];

    internal RuleNode(Term? key) => Key = key;

    /// <summary>The last key of its path: the variable <c>data</c> below the root, else a constant. Null for the root.</summary>
    public Term? Key { get; }

    /// <summary>The rules defined here, else branches not listed, in the order of modules and of rules in them.</summary>
    public IReadOnlyList<Rule> Rules => _rules;

    /// <summary>The nodes below, sorted by key.</summary>
    public IReadOnlyList<RuleNode> Children { get; private set; } = [];

    /// <summary>Is it <c>data.system</c>, which enumeration of <c>data</c> leaves out?</summary>
    public bool Hidden { get; private set; }

    /// <summary>The node below with a key, or null.</summary>
    public RuleNode? Child(Term key) => key is Term.Ref or Term.Call ? null : _children.GetValueOrDefault(key);

    /// <summary>The node at a path that begins with <c>data</c>, or null. For the root of the tree only.</summary>
    public RuleNode? Find(Term.Ref path)
    {
        var node = this;
        foreach (var key in path.Path)
        {
            if (node.Child(key) is not { } child)
                return null;
            node = child;
        }
        return node;
    }

    /// <summary>The node and all below it.</summary>
    public IEnumerable<RuleNode> Descendants()
    {
        var pending = new Stack<RuleNode>([this]);
        while (pending.TryPop(out var node))
        {
            yield return node;
            for (var i = node.Children.Count - 1; i >= 0; i--)
                pending.Push(node.Children[i]);
        }
    }

    internal static RuleNode Build(IReadOnlyList<Unit> units)
    {
        var root = new RuleNode(null);
        foreach (var unit in units)
        {
            if (unit.Rules.IsEmpty)
                root.Grow(unit.Module.Package.Path);
            foreach (var rule in unit.Rules)
                root.Grow(Terms.GroundPrefix(rule.Path))._rules.Add(rule);
        }
        root.Sort();
        if (root.Find(Terms.Ref(Location.None, "data", "system")) is { } system)
            system.Hidden = true;
        return root;
    }

    private RuleNode Grow(Term.Ref path)
    {
        var node = this;
        foreach (var key in path.Path)
        {
            if (!node._children.TryGetValue(key, out var child))
                node._children[key] = child = new RuleNode(key);
            node = child;
        }
        return node;
    }

    private void Sort()
    {
        var pending = new Stack<RuleNode>([this]);
        while (pending.TryPop(out var node))
        {
            node.Children = [.. node._children.Values.OrderBy(child => child.Key!.Kind, StringComparer.Ordinal).ThenBy(child => child.Key!.ToString(), StringComparer.Ordinal)];
            foreach (var child in node.Children)
                pending.Push(child);
        }
    }
}
