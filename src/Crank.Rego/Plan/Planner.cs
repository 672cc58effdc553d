using System.Collections.Immutable;
using Crank.Rego.Builtins;
using Crank.Rego.Run;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Plan;

/// <summary>Turns compiled rules and a query into nodes: names become places, references become steps, and only rules that the query reaches are planned.</summary>
internal sealed partial class Planner
{
    private readonly RuleIndex _rules;
    private readonly NameTable _names;
    private readonly Func<string, Builtin?> _builtins;
    private readonly IReadOnlySet<string> _mocked;
    private readonly bool _instrumented;
    private readonly Queue<Action> _pending = new();
    private readonly Dictionary<(RuleIndex, Value), RuleGroup> _groups = [];
    private readonly Dictionary<RuleIndex, Function> _functions = [];
    private readonly Dictionary<RuleIndex, DocumentTree> _trees = [];
    private readonly Dictionary<string, BuiltinCall> _calls = [];
    private readonly Dictionary<Value, BaseReference> _links = [];
    private int _locals;
    private int _memos;
    private Block _block = new();
    private Dictionary<string, Node> _bound = [];
    private Dictionary<string, int> _uses = [];
    private bool _ordered;

    // Fields of the input that loops of the rule at hand need, taken before they begin.
    private Block _prologue = new();
    private Dictionary<string, Local> _hoisted = [];
    private int _loops;
    private int _withs;

    private Planner(RuleIndex rules, NameTable names, Func<string, Builtin?> builtins, IReadOnlySet<string> mocked, bool instrumented)
    {
        _rules = rules;
        _names = names;
        _builtins = builtins;
        _mocked = mocked;
        _instrumented = instrumented;
    }

    /// <summary>A plan that gives the value of a reference or another term.</summary>
    public static QueryPlan OneValue(RuleIndex rules, NameTable names, Func<string, Builtin?> builtins, IReadOnlySet<string> mocked, Term term, bool instrumented)
    {
        var planner = new Planner(rules, names, builtins, mocked, instrumented);
        var slot = planner._locals++;
        var node = planner.NodeOf(term);
        planner.Emit(new Answer(slot, node, true, false, term.At));
        return planner.Finish(slot, false);
    }

    /// <summary>A plan that gives all answers of a query, as an array of objects from variable to value.</summary>
    public static QueryPlan Answers(
        RuleIndex rules, NameTable names, Func<string, Builtin?> builtins, IReadOnlySet<string> mocked, ImmutableArray<Expr> body, ImmutableArray<KeyValuePair<string, string>> variables, bool instrumented)
    {
        var planner = new Planner(rules, names, builtins, mocked, instrumented) { _ordered = true };
        var slot = planner._locals++;
        planner.Count(body);
        foreach (var (_, name) in variables)
        {
            planner._uses[name] = 2;
        }

        var start = planner._block;
        planner.Body(body);
        planner.Emit(new Report(slot, [.. variables.Where(v => planner._bound.ContainsKey(v.Value)).Select(v => (v.Key, planner._bound[v.Value]))]));
        planner._block = start;
        return planner.Finish(slot, true);
    }

    private QueryPlan Finish(int slot, bool answers)
    {
        var body = _block;
        if (_prologue.Steps.Count > 0)
        {
            _prologue.Add(body);
            body = _prologue;
        }

        while (_pending.TryDequeue(out var plan))
        {
            plan();
        }

        var links = new BaseReference[_links.Count];
        foreach (var link in _links.Values)
        {
            links[link.Link] = link;
        }

        return new(body, slot, answers, _locals, _memos, links, [.. _groups.Values], [.. _functions.Values]);
    }

    // The nodes of a step may begin loops of their own: the block to add to is known only after they are made.
    private void Emit(Step step) => _block.Add(step);

    private void Count(ImmutableArray<Expr> body)
    {
        _uses = [];
        Variables.Visit(body, name => _uses[name] = _uses.GetValueOrDefault(name) + 1);
    }

    /// <summary>Plans a rule in a scope of its own; the result is the block it begins with.</summary>
    private Block Scope(Rule rule, Action plan)
    {
        (_bound, _uses, _ordered) = ([], Variables.Count(rule), false);
        (_prologue, _hoisted, _loops, _withs) = (new(), [], 0, 0);
        var block = new Block();
        _block = block;
        if (_instrumented)
        {
            block.Add(new Probe(rule.Head.At));
        }

        plan();
        if (_prologue.Steps.Count == 0)
        {
            return block;
        }

        _prologue.Add(block);
        return _prologue;
    }

    /// <summary>Plans steps into a block of their own, within the scope of what is bound here; what they bind is theirs.</summary>
    private Block Inner(bool ordered, Action plan)
    {
        var (block, bound, wasOrdered, loops) = (_block, _bound, _ordered, _loops);
        var inner = new Block();
        (_block, _bound, _ordered) = (inner, new(bound), ordered);
        plan();
        (_block, _bound, _ordered, _loops) = (block, bound, wasOrdered, loops);
        return inner;
    }

    private DocumentTree Tree(RuleIndex node)
    {
        if (_trees.TryGetValue(node, out var tree))
        {
            return tree;
        }

        tree = new DocumentTree(node.Path);
        _trees.Add(node, tree);
        if (node.Rules.Count > 0 || node.Dynamic.Count > 0)
        {
            tree.Group = Group(node);
        }
        else
        {
            foreach (var (key, child) in node.Children)
            {
                // A function is no document.
                if (child.Functions.Count == 0)
                {
                    tree.Children.Add(key, Tree(child));
                }
            }
        }

        return tree;
    }

    private RuleGroup Group(RuleIndex node) => node.Rules.Count > 0 ? FixedGroup(node) : DynamicGroup(node, default);

    private RuleGroup FixedGroup(RuleIndex node)
    {
        if (_groups.TryGetValue((node, true), out var group))
        {
            return group;
        }

        if (node.Rules[0].Head.IsPartialSet)
        {
            var set = new SetRules(node.Path, _memos++, _locals++);
            _pending.Enqueue(() => set.Bodies = [.. node.Rules.Select(rule => Scope(rule, () =>
            {
                Body(rule.Body);
                Emit(new AddTo(set.Slot, NodeOf(rule.Head.Key!)));
            }))]);
            group = set;
        }
        else
        {
            var complete = new CompleteRules(node.Path, _memos++);
            _pending.Enqueue(() => PlanComplete(complete, node));
            group = complete;
        }

        _groups.Add((node, true), group);
        return group;
    }

    private void PlanComplete(CompleteRules complete, RuleIndex node)
    {
        var constants = new List<Value?>();
        complete.Rules = [.. node.Rules.Where(r => !r.IsDefault).Select(r => Branches(r, false, null, constants))];
        complete.Uniform = constants.Count > 0 && constants.TrueForAll(c => c is not null && c.Value.Equals(constants[0]!.Value));
        if (node.Rules.Find(r => r.IsDefault) is { } fallback)
        {
            var slot = _locals++;
            var body = Scope(fallback, () =>
            {
                Body(fallback.Body);
                Emit(new Answer(slot, NodeOf(fallback.Head.Value!), true, false, fallback.At));
            });
            complete.Default = new Subquery(slot, body);
        }
    }

    private Alternatives Branches(Rule rule, bool function, int[]? arguments, List<Value?> constants)
    {
        var slot = _locals++;
        var bodies = new List<Block>();
        for (var branch = rule; branch is not null; branch = branch.Else)
        {
            var current = branch;
            bodies.Add(Scope(current, () =>
            {
                for (var i = 0; arguments is not null && i < arguments.Length && i < current.Head.Arguments.Length; i++)
                {
                    Match(current.Head.Arguments[i], new Local(arguments[i]));
                }

                Body(current.Body);
                var value = current.Head.Value is null ? new Constant(true) : NodeOf(current.Head.Value);
                constants.Add(value is Constant constant ? constant.Value : (Value?)null);
                Emit(new Answer(slot, value, value is Constant, function, current.Head.At));
            }));
        }

        return new(slot, [.. bodies], rule.Head.At);
    }

    /// <summary>The rules at and below a place that has some with variables in their names. With a first key given, only those that may have it.</summary>
    private RuleGroup DynamicGroup(RuleIndex node, Value first)
    {
        if (_groups.TryGetValue((node, first), out var known))
        {
            return known;
        }

        var group = new ObjectRules(node.Path, _memos++, _locals++);
        _groups.Add((node, first), group);
        _pending.Enqueue(() =>
        {
            var bodies = new List<Block>();
            var below = new List<(Value[], RuleGroup)>();
            Collect(node, []);
            group.Bodies = [.. bodies];
            group.Fixed = [.. below];

            void Collect(RuleIndex at, Value[] path)
            {
                if (path.Length > 0 && at.Rules.Count > 0)
                {
                    below.Add((path, FixedGroup(at)));
                }

                foreach (var (rule, keys) in at.Dynamic)
                {
                    if (path.Length > 0 || MayBe(keys[0], first))
                    {
                        bodies.Add(PlanDynamic(group, rule, path, keys));
                    }
                }

                foreach (var (key, child) in at.Children)
                {
                    if (path.Length > 0 || first.IsUndefined || key == first)
                    {
                        Collect(child, [.. path, key]);
                    }
                }
            }
        });
        return group;
    }

    private bool MayBe(Term key, in Value wanted) => wanted.IsUndefined || !Constants.TryValue(key, _names, out var constant) || constant == wanted;

    private Block PlanDynamic(ObjectRules group, Rule rule, Value[] path, ImmutableArray<Term> keys) => Scope(rule, () =>
    {
        Body(rule.Body);
        var nodes = path.Select(k => (Node)new Constant(k)).Concat(keys.Select(NodeOf)).ToArray();
        var value = rule.Head.IsPartialSet ? NodeOf(rule.Head.Key!) : rule.Head.Value is null ? new Constant(true) : NodeOf(rule.Head.Value);
        Emit(new PutAt(group.Slot, nodes, value, rule.Head.IsPartialSet));
    });

    private Function FunctionOf(RuleIndex node)
    {
        if (_functions.TryGetValue(node, out var function))
        {
            return function;
        }

        var slots = new int[node.Functions.Max(f => f.Head.Arguments.Length)];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = _locals++;
        }

        function = new Function(Printer.Dotted(node.Functions[0].Path), slots);
        _functions.Add(node, function);
        var planned = function;
        _pending.Enqueue(() =>
        {
            var constants = new List<Value?>();
            planned.Rules = [.. node.Functions.Where(f => !f.IsDefault).Select(f => Branches(f, true, slots, constants))];
            planned.Uniform = constants.Count > 0 && constants.TrueForAll(c => c is not null && c.Value.Equals(constants[0]!.Value));
            if (node.Functions.Find(f => f.IsDefault) is { } fallback)
            {
                planned.Default = Branches(fallback, true, slots, []);
            }
        });
        return function;
    }

    /// <summary>What a call names: a function of the policy or a builtin.</summary>
    private Callable? Target(Term.Ref name)
    {
        if (name.Head is Term.Var { Name: "data" })
        {
            return PathOf(name) is { } path && _rules.Find(path) is { Functions.Count: > 0 } node ? FunctionOf(node) : null;
        }

        var dotted = Printer.Dotted(name);
        if (!_calls.TryGetValue(dotted, out var call))
        {
            if (_builtins(dotted) is not { } builtin)
            {
                return null;
            }

            call = new BuiltinCall(builtin);
            _calls.Add(dotted, call);
        }

        return call;
    }

    private Value[]? PathOf(Term.Ref reference)
    {
        var path = new Value[reference.Path.Length - 1];
        for (var i = 0; i < path.Length; i++)
        {
            if (!Constants.TryValue(reference.Path[i + 1], _names, out path[i]))
            {
                return null;
            }
        }

        return path;
    }

    private BaseReference Link(Value[] path)
    {
        var key = Value.Of(ArrayValue.Of(path));
        if (!_links.TryGetValue(key, out var link))
        {
            link = new BaseReference(_links.Count, path);
            _links.Add(key, link);
        }

        return link;
    }
}
