using System.Collections.Immutable;
using Crank.Rego.Run;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Plan;

/// <summary>Terms: each becomes a node; references with variables that have no value yet add loops first.</summary>
internal sealed partial class Planner
{
    private Node NodeOf(Term term)
    {
        switch (term)
        {
            case Term.Null or Term.Boolean or Term.Number or Term.String:
                return Constants.TryValue(term, _names, out var scalar) ? new Constant(scalar) : throw new PlanException($"'{term}' is no value.");
            case Term.Var variable:
                return Variable(variable);
            case Term.Ref reference:
                return Reference(reference);
            case Term.Array array:
                var items = Terms(array.Items);
                return Array.TrueForAll(items, i => i is Constant) ? Folded(new MakeArray(items)) : new MakeArray(items);
            case Term.Set set:
                var members = Terms(set.Items);
                return Array.TrueForAll(members, i => i is Constant) ? Folded(new MakeSet(members)) : new MakeSet(members);
            case Term.Object pairs:
                var nodes = pairs.Pairs.Select(p => (NodeOf(p.Key), NodeOf(p.Value))).ToArray();
                return Constants.TryValue(term, _names, out var constant) ? new Constant(constant) : new MakeObject(nodes);
            case Term.ArrayComprehension made:
                return Collect(made, ValueKind.Array, true, made.Body, slot => new Append(slot, NodeOf(made.Head)));
            case Term.SetComprehension made:
                return Collect(made, ValueKind.Set, false, made.Body, slot => new AddTo(slot, NodeOf(made.Head)));
            case Term.ObjectComprehension made:
                return Collect(made, ValueKind.Object, false, made.Body, slot => new PutIn(slot, NodeOf(made.Key), NodeOf(made.Value)));
            case Term.Call call:
                return Printer.Dotted(call.Function) == "walk" && !_mocked.Contains("walk")
                    ? WalkInto(call.Arguments[0], call.Arguments[0])
                    : Invoke(call.Function, call.Arguments);
            default:
                throw new PlanException($"A term of kind {term.Kind} at {term.At} cannot be planned.");
        }
    }

    private Node[] Terms(ImmutableArray<Term> terms) => [.. terms.Select(NodeOf)];

    private static Constant Folded(Node node) => new(node.Eval(null!));

    private Node Variable(Term.Var variable)
    {
        if (_bound.TryGetValue(variable.Name, out var node))
        {
            return node;
        }

        return variable.Name switch
        {
            "input" => new InputDocument(),
            "data" => new Extent(Tree(_rules)),
            _ => throw new PlanException($"The variable {variable.Name} at {variable.At} has no value where it is used."),
        };
    }

    private Node Collect(Term term, ValueKind kind, bool ordered, ImmutableArray<Expr> body, Func<int, Step> end)
    {
        var free = false;
        Variables.Visit(term, name => free |= _bound.TryGetValue(name, out var node) && node is not Constant);
        var slot = _locals++;
        var comprehension = new Comprehension(kind, slot, Inner(ordered, () =>
        {
            Body(body);
            Emit(end(slot));
        }));
        return free ? comprehension : new Once(comprehension, _memos++);
    }

    private Node Invoke(Term.Ref function, ImmutableArray<Term> arguments)
    {
        var target = Target(function) ?? throw new PlanException($"The function {Printer.Dotted(function)} at {function.At} is not known.");
        if (target is Function own && arguments.Length != own.ArgumentSlots.Length)
        {
            throw new PlanException($"The function {target.Name} at {function.At} takes {own.ArgumentSlots.Length} arguments.");
        }

        if (_mocked.Contains(target.Name))
        {
            return new MockableCall(new Call(target, Terms(arguments), function.At));
        }

        switch (target.Name)
        {
            case "equal": return Compared(Comparison.Equal, arguments);
            case "neq": return Compared(Comparison.NotEqual, arguments);
            case "lt": return Compared(Comparison.Less, arguments);
            case "lte": return Compared(Comparison.LessOrEqual, arguments);
            case "gt": return Compared(Comparison.Greater, arguments);
            case "gte": return Compared(Comparison.GreaterOrEqual, arguments);
            case "internal.member_2" when arguments[1] is Term.Set or Term.Array:
                var item = NodeOf(arguments[0]);
                var elements = Terms(arguments[1] is Term.Set set ? set.Items : ((Term.Array)arguments[1]).Items);
                return elements.Length > 16
                    ? new Member(null, item, NodeOf(arguments[1]))
                    : new OneOf(item, [.. elements.Where(e => e is not Constant)], [.. elements.OfType<Constant>().Select(c => c.Value)]);
            case "internal.member_2": return new Member(null, NodeOf(arguments[0]), NodeOf(arguments[1]));
            case "internal.member_3": return new Member(NodeOf(arguments[0]), NodeOf(arguments[1]), NodeOf(arguments[2]));
            default: return new Call(target, Terms(arguments), function.At);
        }
    }

    private Compare Compared(Comparison comparison, ImmutableArray<Term> arguments) => new(comparison, NodeOf(arguments[0]), NodeOf(arguments[1]));

    private Node Reference(Term.Ref reference)
    {
        var path = reference.Path;
        return path[0] switch
        {
            Term.Var { Name: "data" } when !_bound.ContainsKey("data") => DataReference(path),
            Term.Var { Name: "input" } when _loops > 0 && _withs == 0 && !_bound.ContainsKey("input") => InputReference(path),
            Term.Var variable => Steps(Variable(variable), path, 1),
            var head => Steps(NodeOf(head), path, 1),
        };
    }

    private Node InputReference(ImmutableArray<Term> path)
    {
        Node node = new InputDocument();
        var at = 1;
        for (; at < path.Length && Constants.TryValue(path[at], _names, out var key); at++)
        {
            node = new Dot(node, key);
        }

        if (at == 1)
        {
            return Steps(node, path, at);
        }

        var name = new Term.Ref(path[0].At, path[..at]).ToString();
        if (!_hoisted.TryGetValue(name, out var local))
        {
            local = new Local(_locals++);
            _prologue.Add(new Hoist(local.Slot, node));
            _hoisted.Add(name, local);
        }

        return Steps(local, path, at);
    }

    private Node DataReference(ImmutableArray<Term> path)
    {
        var node = _rules;
        for (var i = 1; i < path.Length; i++)
        {
            if (node.Rules.Count > 0)
            {
                return Steps(new RuleValue(Group(node)), path, i);
            }

            var constant = Constants.TryValue(path[i], _names, out var key);
            if (node.Dynamic.Count > 0)
            {
                if (!constant)
                {
                    return Steps(new RuleValue(Group(node)), path, i);
                }

                if (node.Dynamic.Exists(d => MayBe(d.Keys[0], key)))
                {
                    return Steps(new RuleValue(DynamicGroup(node, key)), path, i);
                }
            }

            if (!constant)
            {
                return WalkTree(node, path, i);
            }

            if (!node.Children.TryGetValue(key, out var child))
            {
                return BaseDocument(path);
            }

            node = child;
        }

        return node.Rules.Count > 0 || node.Dynamic.Count > 0 ? new RuleValue(Group(node)) : new Extent(Tree(node));
    }

    private Node BaseDocument(ImmutableArray<Term> path)
    {
        var keys = new List<Value>();
        while (keys.Count + 1 < path.Length && Constants.TryValue(path[keys.Count + 1], _names, out var key))
        {
            keys.Add(key);
        }

        return Steps(Link([.. keys]), path, keys.Count + 1);
    }

    private Local WalkTree(RuleIndex from, ImmutableArray<Term> path, int start)
    {
        var keys = new List<PathKey>();
        for (var i = start; i < path.Length; i++)
        {
            if (!IsPattern(path[i]))
            {
                keys.Add(new(NodeOf(path[i]), -1, null));
                continue;
            }

            // What a key binds is known to the keys behind it and to the rest of the body.
            var slot = _locals++;
            var outside = _block;
            var pattern = new Block();
            _block = pattern;
            Match(path[i], new Local(slot));
            _block = outside;
            keys.Add(new(null, slot, pattern.Steps.Count > 0 ? pattern : null));
        }

        var (value, body) = (_locals++, new Block());
        Emit(new TreeWalk(Tree(from), [.. keys], value, body));
        _block = body;
        return new(value);
    }

    private Node Steps(Node node, ImmutableArray<Term> path, int from)
    {
        for (var i = from; i < path.Length; i++)
        {
            node = Select(node, path[i]);
        }

        return node;
    }

    private Node Select(Node node, Term key)
    {
        if (Constants.TryValue(key, _names, out var constant))
        {
            return new Dot(node, constant);
        }

        if (!IsPattern(key))
        {
            var computed = NodeOf(key);
            return computed is Constant folded ? new Dot(node, folded.Value) : new Run.Index(node, computed);
        }

        var keySlot = IsUnusedVariable(key) ? -1 : _locals++;
        var valueSlot = _locals++;
        Loop(node, keySlot, valueSlot);
        if (keySlot >= 0)
        {
            Match(key, new Local(keySlot));
        }

        return new Local(valueSlot);
    }
}
