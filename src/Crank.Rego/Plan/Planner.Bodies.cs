using System.Collections.Immutable;
using Crank.Rego.Run;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Plan;

/// <summary>Bodies: each expression adds steps; one with several answers adds a loop, and what follows goes inside.</summary>
internal sealed partial class Planner
{
    private void Body(ImmutableArray<Expr> body)
    {
        foreach (var expr in body)
        {
            if (_instrumented && !expr.Generated)
            {
                Emit(new Probe(expr.At));
            }

            Expression(expr);
        }
    }

    private void Expression(Expr expr)
    {
        if (expr.Negated)
        {
            Emit(new Not(Inner(false, () =>
            {
                Expression(expr with { Negated = false });
                Emit(new Found());
            })));
        }
        else if (!expr.With.IsEmpty)
        {
            With(expr);
        }
        else
        {
            Form(expr.Form);
        }
    }

    private void Form(ExprForm form)
    {
        switch (form)
        {
            case ExprForm.Single single:
                Hold(NodeOf(single.Term));
                break;
            case ExprForm.Call call:
                Statement(call);
                break;
            case ExprForm.Some some:
                if (some.Symbols is [Term.Call { Arguments: var parts }])
                {
                    SomeIn(parts);
                }

                break;
            case ExprForm.Every every:
                PlanEvery(every);
                break;
            case ExprForm.Not not:
                Emit(new Not(Existence(not.Body)));
                break;
            case ExprForm.Logic { IsOr: true } either:
                Emit(new Either(Existence(either.Left), Existence(either.Right)));
                break;
            case ExprForm.Logic both:
                Emit(new Exists(Existence(both.Left)));
                Emit(new Exists(Existence(both.Right)));
                break;
            default:
                throw new PlanException($"An expression of kind {form.GetType().Name} cannot be planned.");
        }
    }

    private Block Existence(ImmutableArray<Expr> body) => Inner(false, () =>
    {
        Body(body);
        Emit(new Found());
    });

    private void Hold(Node node)
    {
        if (node is not Constant { Value.Holds: true })
        {
            Emit(new Test(node));
        }
    }

    private void Statement(ExprForm.Call call)
    {
        var arguments = call.Arguments;
        switch (call.Name)
        {
            case "eq" or "assign" or "internal.assign":
                Unify(arguments[0], arguments[1]);
                return;
            case "equal" when arguments.Length == 2:
                Emit(new TestEqual(NodeOf(arguments[0]), NodeOf(arguments[1])));
                return;
            case "walk" when arguments.Length == 2 && !_mocked.Contains("walk"):
                Match(arguments[1], WalkInto(arguments[0], arguments[1]));
                return;
            default:
                var arity = Arity(call.Function);
                if (arity is { } takes && arguments.Length == takes + 1)
                {
                    Match(arguments[^1], Invoke(call.Function, arguments[..^1]));
                }
                else
                {
                    Hold(Invoke(call.Function, arguments));
                }

                return;
        }
    }

    private int? Arity(Term.Ref function) => Target(function) switch
    {
        Function own => own.ArgumentSlots.Length,
        BuiltinCall builtin => builtin.Builtin.Arity,
        _ => null,
    };

    private void SomeIn(ImmutableArray<Term> parts)
    {
        var collection = NodeOf(parts[^1]);
        if (parts.Length == 3)
        {
            Each(collection, parts[0], parts[1]);
        }
        else
        {
            Each(collection, null, parts[0]);
        }
    }

    /// <summary>A loop over a collection whose key and value must match these terms.</summary>
    private void Each(Node collection, Term? key, Term value)
    {
        var keySlot = key is null || IsUnusedVariable(key) ? -1 : _locals++;
        var valueSlot = IsUnusedVariable(value) ? -1 : _locals++;
        Loop(collection, keySlot, valueSlot);
        if (keySlot >= 0)
        {
            Match(key!, new Local(keySlot));
        }

        if (valueSlot >= 0)
        {
            Match(value, new Local(valueSlot));
        }
    }

    private void Loop(Node collection, int keySlot, int valueSlot)
    {
        var body = new Block();
        Emit(new Scan(collection, keySlot, valueSlot, _ordered, body));
        _block = body;
        _loops++;
    }

    private Local WalkInto(Term value, Term pattern)
    {
        var source = NodeOf(value);
        var body = new Block();
        if (pattern is Term.Array { Items: [var path, var part] })
        {
            var pathSlot = IsUnusedVariable(path) ? -1 : _locals++;
            var partSlot = _locals++;
            Emit(new Walk(source, pathSlot, partSlot, body));
            _block = body;
            var pair = _locals++;
            Emit(new Assign(pair, new MakeArray([pathSlot < 0 ? new Constant(ArrayValue.Empty) : new Local(pathSlot), new Local(partSlot)])));
            return new(pair);
        }

        var (paths, parts, pairs) = (_locals++, _locals++, _locals++);
        Emit(new Walk(source, paths, parts, body));
        _block = body;
        Emit(new Assign(pairs, new MakeArray([new Local(paths), new Local(parts)])));
        return new(pairs);
    }

    private void PlanEvery(ExprForm.Every every)
    {
        var domain = NodeOf(every.Domain);
        var keySlot = every.Key is null || IsUnusedVariable(every.Key) ? -1 : _locals++;
        var valueSlot = IsUnusedVariable(every.Value) ? -1 : _locals++;
        Emit(new Every(domain, keySlot, valueSlot, Inner(false, () =>
        {
            _loops++;
            if (keySlot >= 0)
            {
                Match(every.Key!, new Local(keySlot));
            }

            if (valueSlot >= 0)
            {
                Match(every.Value, new Local(valueSlot));
            }

            Body(every.Body);
            Emit(new Found());
        })));
    }

    private void With(Expr expr)
    {
        var replacements = expr.With.Select(Replace).ToArray();
        var outside = _block;
        var inner = new Block();
        _block = inner;
        _withs++;
        Expression(expr with { With = [] });
        _withs--;
        outside.Add(new WithStep(replacements, inner));
        if (ReferenceEquals(_block, inner))
        {
            _block = outside;
        }
        else
        {
            var rest = new Block();
            Emit(new WithExit(rest));
            _block = rest;
        }
    }

    private Replacement Replace(With with)
    {
        var target = with.Target as Term.Ref ?? new Term.Ref(with.Target.At, [with.Target]);
        if (Target(target) is { } mocked)
        {
            var by = with.Value is Term.Ref or Term.Var ? Target(with.Value as Term.Ref ?? new Term.Ref(with.Value.At, [with.Value])) : null;
            return new(false, [], by is null ? NodeOf(with.Value) : null, mocked.Name, by);
        }

        var path = PathOf(target) ?? throw new PlanException($"The target of 'with' at {with.At} must be constant.");
        return new(target.Head is Term.Var { Name: "input" }, path, NodeOf(with.Value), null, null);
    }

    /// <summary>Makes two terms equal: variables without a value take theirs from the other side.</summary>
    private void Unify(Term left, Term right)
    {
        if (left is Term.Array a && right is Term.Array b)
        {
            if (a.Items.Length != b.Items.Length)
            {
                Emit(new Test(new Constant(false)));
                return;
            }

            UnifyAll([.. a.Items.Zip(b.Items)]);
        }
        else if (left is Term.Object o && right is Term.Object p && Pairs(o, p) is { } pairs)
        {
            UnifyAll(pairs);
        }
        else if (IsPattern(left))
        {
            Match(left, NodeOf(right));
        }
        else if (IsPattern(right))
        {
            Match(right, NodeOf(left));
        }
        else
        {
            Emit(new TestEqual(NodeOf(left), NodeOf(right)));
        }
    }

    private void UnifyAll(List<(Term Left, Term Right)> pairs)
    {
        while (pairs.Count > 0)
        {
            // A pair whose sides both wait for a variable waits until another pair has given it.
            var next = pairs.FindIndex(p => !IsPattern(p.Left) || !IsPattern(p.Right));
            next = Math.Max(0, next);
            var (left, right) = pairs[next];
            pairs.RemoveAt(next);
            Unify(left, right);
        }
    }

    private List<(Term, Term)>? Pairs(Term.Object left, Term.Object right)
    {
        if (left.Pairs.Length != right.Pairs.Length)
        {
            return null;
        }

        var pairs = new List<(Term, Term)>();
        foreach (var (key, value) in left.Pairs)
        {
            if (!Constants.TryValue(key, _names, out var name))
            {
                return null;
            }

            var other = right.Pairs.FirstOrDefault(p => Constants.TryValue(p.Key, _names, out var k) && k == name);
            if (other.Key is null)
            {
                return null;
            }

            pairs.Add((value, other.Value));
        }

        return pairs;
    }

    /// <summary>Takes a value apart by a term: variables without a value take it, everything else must be equal.</summary>
    private void Match(Term pattern, Node value)
    {
        switch (pattern)
        {
            case Term.Var variable when !_bound.ContainsKey(variable.Name) && variable.Name is not ("input" or "data"):
                Bind(variable.Name, value);
                break;
            case Term.Array array when IsPattern(array):
                var items = Keep(value);
                Emit(new TestArray(items.Slot, array.Items.Length));
                for (var i = 0; i < array.Items.Length; i++)
                {
                    if (!IsUnusedVariable(array.Items[i]))
                    {
                        Match(array.Items[i], new Dot(items, (long)i));
                    }
                }

                break;
            case Term.Object pairs when IsPattern(pairs):
                var members = Keep(value);
                Emit(new TestObject(members.Slot, pairs.Pairs.Length));
                foreach (var (key, item) in pairs.Pairs)
                {
                    Match(item, Select(members, key));
                }

                break;
            default:
                Emit(new TestEqual(NodeOf(pattern), value));
                break;
        }
    }

    private Local Keep(Node value)
    {
        if (value is Local local)
        {
            return local;
        }

        var slot = _locals++;
        Emit(new Assign(slot, value));
        return new(slot);
    }

    private void Bind(string name, Node value)
    {
        if (value is Local or Constant)
        {
            _bound[name] = value;
        }
        else if (_uses.GetValueOrDefault(name) < 2)
        {
            Emit(new Defined(value));
        }
        else
        {
            _bound[name] = Keep(value);
        }
    }

    private bool IsUnusedVariable(Term term) =>
        term is Term.Var variable && !_bound.ContainsKey(variable.Name) && variable.Name is not ("input" or "data") && _uses.GetValueOrDefault(variable.Name) < 2;

    /// <summary>Whether a term has variables of its own, outside references and calls, that have no value yet.</summary>
    private bool IsPattern(Term term) => term switch
    {
        Term.Var variable => !_bound.ContainsKey(variable.Name) && variable.Name is not ("input" or "data"),
        Term.Array array => array.Items.Any(IsPattern),
        Term.Object pairs => pairs.Pairs.Any(p => IsPattern(p.Value) || IsPattern(p.Key)),
        Term.Set set => set.Items.Any(IsPattern),
        _ => false,
    };
}
