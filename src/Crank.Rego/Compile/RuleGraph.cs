using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Which rules a rule reads. Else branches are rules of their own here.</summary>
internal sealed class RuleGraph
{
    private readonly Dictionary<Rule, List<Rule>> _needs = [];
    private readonly List<Rule> _rules = [];

    public RuleGraph(IReadOnlyList<Unit> units, RuleNode tree)
    {
        var known = new Dictionary<string, List<Rule>>();
        foreach (var unit in units)
        {
            foreach (var rule in unit.Branches)
            {
                _rules.Add(rule);
                var references = new References();
                references.Visit(rule);
                var needs = new List<Rule>();
                var seen = new HashSet<Rule>();
                foreach (var reference in references.Found)
                {
                    var name = reference.ToString();
                    if (!known.TryGetValue(name, out var read))
                        known[name] = read = [.. ReadBy(tree, reference).SelectMany(Make.Each)];
                    needs.AddRange(read.Where(seen.Add));
                }
                _needs[rule] = needs;
            }
        }
    }

    /// <summary>Rules so that each comes after those it reads. Meaningful without cycles.</summary>
    public IReadOnlyList<Rule> Sorted()
    {
        var sorted = new List<Rule>(_rules.Count);
        var done = new HashSet<Rule>();
        foreach (var start in _rules)
        {
            var pending = new Stack<(Rule Rule, int Next)>();
            if (done.Add(start))
                pending.Push((start, 0));
            while (pending.TryPop(out var at))
            {
                var needs = _needs[at.Rule];
                var next = at.Next;
                while (next < needs.Count && done.Contains(needs[next]))
                    next++;
                if (next == needs.Count)
                {
                    sorted.Add(at.Rule);
                    continue;
                }
                pending.Push((at.Rule, next + 1));
                done.Add(needs[next]);
                pending.Push((needs[next], 0));
            }
        }
        return sorted;
    }

    /// <summary>A way from the rule back to itself, or null.</summary>
    public IReadOnlyList<Rule>? Cycle(Rule rule)
    {
        var cameFrom = new Dictionary<Rule, Rule>();
        var pending = new Queue<Rule>([rule]);
        while (pending.TryDequeue(out var at))
        {
            foreach (var next in _needs[at])
            {
                if (ReferenceEquals(next, rule))
                {
                    var path = new List<Rule> { rule };
                    for (var step = at; !ReferenceEquals(step, rule); step = cameFrom[step])
                        path.Add(step);
                    path.Add(rule);
                    path.Reverse();
                    return path;
                }
                if (cameFrom.TryAdd(next, at))
                    pending.Enqueue(next);
            }
        }
        return null;
    }

    /// <summary>The rules that may take part in cycles: what stays when rules without open needs are taken away again and again.</summary>
    public IReadOnlySet<Rule> Suspects()
    {
        var open = _needs.ToDictionary(n => n.Key, n => n.Value.Count);
        var readers = new Dictionary<Rule, List<Rule>>();
        foreach (var (rule, needs) in _needs)
        {
            foreach (var need in needs)
            {
                if (!readers.TryGetValue(need, out var list))
                    readers[need] = list = [];
                list.Add(rule);
            }
        }
        var free = new Queue<Rule>(open.Where(o => o.Value == 0).Select(o => o.Key));
        while (free.TryDequeue(out var rule))
        {
            open.Remove(rule);
            foreach (var reader in readers.GetValueOrDefault(rule) ?? [])
            {
                if (--open[reader] == 0)
                    free.Enqueue(reader);
            }
        }
        return open.Keys.ToHashSet();
    }

    /// <summary>The rules that a reference may read, those below it and those above it.</summary>
    public static IEnumerable<Rule> ReadBy(RuleNode tree, Term.Ref reference)
    {
        var found = new List<Rule>();
        var pending = new Stack<(RuleNode Node, int At)>([(tree, 0)]);
        while (pending.TryPop(out var place))
        {
            var (node, at) = place;
            if (at >= reference.Path.Length)
            {
                foreach (var below in node.Descendants())
                    found.AddRange(below.Rules);
            }
            else if (at == 0 || Make.IsConstant(reference.Path[at]))
            {
                if (node.Child(reference.Path[at]) is { } child)
                {
                    found.AddRange(child.Rules);
                    pending.Push((child, at + 1));
                }
            }
            else
            {
                foreach (var child in node.Children)
                {
                    found.AddRange(child.Rules);
                    pending.Push((child, at + 1));
                }
            }
        }
        return found;
    }

    private sealed class References : Visitor
    {
        public List<Term.Ref> Found { get; } = [];

        public override void Visit(Term term)
        {
            if (term is Term.Ref r)
                Found.Add(r);
            base.Visit(term);
        }
    }
}
