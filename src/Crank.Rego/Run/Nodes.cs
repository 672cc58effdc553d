using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

internal sealed class Constant(Value value) : Node
{
    public Value Value { get; } = value;

    public override Value Eval(Frame frame) => Value;

    public override Expression Emit(Emitter to, LabelTarget back) => to.Constant(Value);
}

internal sealed class Local(int slot) : Node
{
    public int Slot { get; } = slot;

    public override Value Eval(Frame frame) => frame.Locals[Slot];

    public override Expression Emit(Emitter to, LabelTarget back) => to.Read(Slot, back);
}

internal sealed class InputDocument : Node
{
    public override Value Eval(Frame frame) => frame.Input;

    public override Expression Emit(Emitter to, LabelTarget back) => to.Keep(Expression.Property(to.Frame, nameof(Frame.Input)), back);
}

/// <summary>A constant reference into the base documents.</summary>
internal sealed class BaseReference(int link, Value[] path) : Node
{
    public int Link { get; } = link;

    public Value[] Path { get; } = path;

    public override Value Eval(Frame frame) => frame.Overrides is null ? frame.Linked[Link] : Resolve(frame.Data);

    public override Expression Emit(Emitter to, LabelTarget back) => to.Keep(Expression.Call(Expression.Constant(this), nameof(Eval), null, to.Frame), back);

    public Value Resolve(Value data)
    {
        foreach (ref readonly var key in Path.AsSpan())
        {
            // A document's path is made of strings, so a number there names the member that is called like it.
            data = data.Reference is ObjectValue && key.Kind == ValueKind.Number && data.Get(key).IsUndefined ? data.Get(key.NumberText()) : data.Get(key);
        }

        return data;
    }
}

/// <summary>A member with a constant key.</summary>
internal sealed class Dot(Node of, Value key) : Node
{
    public Node Of { get; } = of;

    public Value Key { get; } = key;

    // Where the key was last; a guess, so threads may overwrite each other's.
    private int _hint;

    public override Value Eval(Frame frame) => Select(Of.Eval(frame));

    public override Expression Emit(Emitter to, LabelTarget back) =>
        to.Keep(Expression.Call(Expression.Constant(this), Emitter.Method(typeof(Dot), nameof(Select)), Of.Emit(to, back)), back);

    public Value Select(in Value whole) => whole.Reference is ObjectValue o ? o.Get(Key, ref _hint) : whole.Get(Key);
}

/// <summary>A member whose key is computed.</summary>
internal sealed class Index(Node of, Node key) : Node
{
    public Node Of { get; } = of;

    public Node Key { get; } = key;

    public override Value Eval(Frame frame)
    {
        var whole = Of.Eval(frame);
        if (whole.IsUndefined)
        {
            return default;
        }

        var name = Key.Eval(frame);
        return name.IsUndefined ? default : whole.Get(name);
    }

    public override Expression Emit(Emitter to, LabelTarget back)
    {
        var whole = Of.Emit(to, back);
        return to.Keep(Emitter.Operation(nameof(Operations.Get), whole, Key.Emit(to, back)), back);
    }
}

internal sealed class MakeArray(Node[] items) : Node
{
    public override Value Eval(Frame frame)
    {
        var made = new Value[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            made[i] = items[i].Eval(frame);
            if (made[i].IsUndefined)
            {
                return default;
            }
        }

        return new ArrayValue(made, made.Length);
    }

    public override Expression Emit(Emitter to, LabelTarget back) => to.Keep(Emitter.Operation(nameof(Operations.Array), to.Array(items, back)));
}

internal sealed class MakeSet(Node[] items) : Node
{
    public override Value Eval(Frame frame)
    {
        var made = new SetValue(items.Length);
        foreach (var item in items)
        {
            var value = item.Eval(frame);
            if (value.IsUndefined)
            {
                return default;
            }

            made.Add(value);
        }

        return made;
    }

    public override Expression Emit(Emitter to, LabelTarget back) => to.Keep(Emitter.Operation(nameof(Operations.Set), to.Array(items, back)));
}

internal sealed class MakeObject((Node Key, Node Value)[] pairs) : Node
{
    public override Value Eval(Frame frame)
    {
        var made = new ObjectValue(pairs.Length);
        foreach (var (keyNode, valueNode) in pairs)
        {
            var key = keyNode.Eval(frame);
            if (key.IsUndefined)
            {
                return default;
            }

            var value = valueNode.Eval(frame);
            if (value.IsUndefined)
            {
                return default;
            }

            PutIn.Put(made, key, value);
        }

        return made;
    }

    public override Expression Emit(Emitter to, LabelTarget back) =>
        to.Keep(Emitter.Operation(nameof(Operations.Object), to.Array(pairs.SelectMany(p => (Node[])[p.Key, p.Value]), back)));
}

/// <summary>The value of a rule.</summary>
internal sealed class RuleValue(RuleGroup group) : Node
{
    public RuleGroup Group { get; } = group;

    public override Value Eval(Frame frame) => Group.Get(frame);

    public override Expression Emit(Emitter to, LabelTarget back) => to.Keep(Expression.Call(Expression.Constant(Group), Emitter.Method(typeof(RuleGroup), nameof(RuleGroup.Get)), to.Frame), back);
}

/// <summary>Everything below a place of <c>data</c> where there are rules: their values and the base documents.</summary>
internal sealed class Extent(DocumentTree tree) : Node
{
    public override Value Eval(Frame frame) => tree.Extent(frame, tree.BaseOf(frame));

    public override Expression Emit(Emitter to, LabelTarget back) => to.Keep(Expression.Call(Expression.Constant(this), nameof(Eval), null, to.Frame), back);
}

/// <summary>A call whose target cannot be replaced by <c>with</c>.</summary>
internal sealed class Call(Callable target, Node[] arguments, Location at) : Node
{
    public Callable Target { get; } = target;

    public Node[] Arguments { get; } = arguments;

    public override Value Eval(Frame frame)
    {
        var values = new Arguments4();
        if (Arguments.Length > 4)
        {
            return EvalMany(frame);
        }

        for (var i = 0; i < Arguments.Length; i++)
        {
            var value = Arguments[i].Eval(frame);
            if (value.IsUndefined)
            {
                return default;
            }

            values[i] = value;
        }

        return Given(frame, ((ReadOnlySpan<Value>)values)[..Arguments.Length]);
    }

    public override Expression Emit(Emitter to, LabelTarget back)
    {
        var values = Arguments.Select(a => a.Emit(to, back)).ToArray();
        var call = values.Length switch
        {
            1 => Expression.Call(Expression.Constant(this), Emitter.Method(typeof(Call), nameof(Invoke1)), to.Frame, values[0]),
            2 => Expression.Call(Expression.Constant(this), Emitter.Method(typeof(Call), nameof(Invoke2)), to.Frame, values[0], values[1]),
            _ => Expression.Call(Expression.Constant(this), Emitter.Method(typeof(Call), nameof(Invoke)), to.Frame, Expression.NewArrayInit(typeof(Value), values)),
        };
        return to.Keep(call, back);
    }

    private Value Invoke1(Frame frame, in Value first) => Given(frame, new ReadOnlySpan<Value>(in first));

    private Value Invoke2(Frame frame, in Value first, in Value second)
    {
        var values = new Arguments4();
        values[0] = first;
        values[1] = second;
        return Given(frame, ((ReadOnlySpan<Value>)values)[..2]);
    }

    private Value Invoke(Frame frame, Value[] values) => Given(frame, values);

    private Value Given(Frame frame, ReadOnlySpan<Value> values) => Target is BuiltinCall builtin ? builtin.Call(frame, values, at) : Target.Call(frame, values);

    private Value EvalMany(Frame frame)
    {
        var values = new Value[Arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Arguments[i].Eval(frame);
            if (values[i].IsUndefined)
            {
                return default;
            }
        }

        return Given(frame, values);
    }

    [InlineArray(4)]
    private struct Arguments4
    {
        private Value _first;
    }
}

/// <summary>A call whose target some <c>with</c> replaces.</summary>
internal sealed class MockableCall(Call call) : Node
{
    public override Value Eval(Frame frame)
    {
        if (Mock.Find(frame.Mocks, call.Target.Name) is not { } mock)
        {
            return call.Eval(frame);
        }

        var values = new Value[call.Arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = call.Arguments[i].Eval(frame);
            if (values[i].IsUndefined)
            {
                return default;
            }
        }

        if (mock.Function is null)
        {
            return mock.Value;
        }

        // Inside the replacement the replaced function is itself again, and may be one that is just being evaluated.
        var (mocks, memo, locals) = (frame.Mocks, frame.Memo, frame.Locals);
        frame.Mocks = null;
        frame.Memo = frame.FreshMemo();
        frame.Locals = new Value[locals.Length];
        try
        {
            return mock.Function.Call(frame, values);
        }
        finally
        {
            frame.ReturnMemo(frame.Memo);
            (frame.Mocks, frame.Memo, frame.Locals) = (mocks, memo, locals);
        }
    }
}

/// <summary>A value that steps of its own put into a local.</summary>
internal sealed class Subquery(int slot, Block body) : Node
{
    public override Value Eval(Frame frame)
    {
        frame.Locals[slot] = default;
        body.Run(frame);
        return frame.Locals[slot];
    }
}

/// <summary>A comprehension that depends on nothing that changes within a decision: computed once.</summary>
internal sealed class Once(Node inner, int memo) : Node
{
    public override Value Eval(Frame frame)
    {
        ref var kept = ref frame.Memo[memo];
        if (kept.IsUndefined)
        {
            var memos = frame.Memo;
            var value = inner.Eval(frame);
            memos[memo] = value;
            return value;
        }

        return kept;
    }

    public override Expression Emit(Emitter to, LabelTarget back)
    {
        var entry = Expression.ArrayAccess(Expression.Property(to.Frame, nameof(Frame.Memo)), Expression.Constant(memo));
        var value = to.Keep(entry);
        var known = Emitter.Label();
        to.Add(Expression.IfThen(Emitter.IsDefined(value), Expression.Goto(known)));
        to.Add(Expression.Assign(value, inner.Emit(to, back)));
        to.Add(Expression.Assign(entry, value));
        to.Mark(known);
        return value;
    }
}

/// <summary>Whether a value is one of a few that the policy writes out as a set or array.</summary>
internal sealed class OneOf(Node item, Node[] computed, Value[] constants) : Node
{
    public override Value Eval(Frame frame)
    {
        var value = item.Eval(frame);
        if (value.IsUndefined)
        {
            return default;
        }

        // Every element must have a value, or the collection has none.
        var found = false;
        foreach (var node in computed)
        {
            var other = node.Eval(frame);
            if (other.IsUndefined)
            {
                return default;
            }

            found |= value.Equals(other);
        }

        for (var i = 0; i < constants.Length && !found; i++)
        {
            found = value.Equals(constants[i]);
        }

        return Value.Of(found);
    }

    public override Expression Emit(Emitter to, LabelTarget back) => to.Keep(Emitter.Operation(nameof(Operations.Boolean), Condition(to, back)));

    public override void EmitTest(Emitter to, LabelTarget back) => to.JumpUnless(Condition(to, back), back);

    private Expression Condition(Emitter to, LabelTarget back)
    {
        var value = item.Emit(to, back);
        if (value is not ParameterExpression)
        {
            value = to.Keep(value);
        }

        var others = computed.Select(c => Emitter.Operation(nameof(Operations.Same), value, c.Emit(to, back))).ToList();
        others.AddRange(constants.Select(c => Compare.Equal(to, value, c)));
        return others.Count == 0 ? Expression.Constant(false) : others.Aggregate(Expression.OrElse);
    }
}

/// <summary>Whether a collection has a value among its elements or, with a key, at that key.</summary>
internal sealed class Member(Node? key, Node item, Node collection) : Node
{
    public override Value Eval(Frame frame)
    {
        var value = item.Eval(frame);
        var place = key?.Eval(frame) ?? default;
        if (value.IsUndefined || (key is not null && place.IsUndefined))
        {
            return default;
        }

        var all = collection.Eval(frame);
        if (all.IsUndefined)
        {
            return default;
        }

        return key is null ? Contains(value, all) : Operations.MemberAt(place, value, all);
    }

    public static bool Contains(in Value value, in Value all) => all.Reference switch
    {
        SetValue set => set.Contains(value),
        ArrayValue array => Contains(array.Span, value),
        ObjectValue members => Contains(members.RawValues, value),
        _ => false,
    };

    public override Expression Emit(Emitter to, LabelTarget back) => to.Keep(Emitter.Operation(nameof(Operations.Boolean), Condition(to, back)));

    public override void EmitTest(Emitter to, LabelTarget back) => to.JumpUnless(Condition(to, back), back);

    private Expression Condition(Emitter to, LabelTarget back)
    {
        var value = item.Emit(to, back);
        var place = key?.Emit(to, back);
        var all = collection.Emit(to, back);
        return place is null ? Emitter.Operation(nameof(Operations.Member), value, all) : Emitter.Operation(nameof(Operations.MemberAt), place, value, all);
    }

    private static bool Contains(ReadOnlySpan<Value> values, in Value wanted)
    {
        foreach (ref readonly var value in values)
        {
            if (value.Equals(wanted))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The operators that policies use most, without a call for integers and strings.</summary>
internal sealed class Compare(Comparison comparison, Node left, Node right) : Node
{
    public override Value Eval(Frame frame)
    {
        var a = left.Eval(frame);
        if (a.IsUndefined)
        {
            return default;
        }

        var b = right.Eval(frame);
        if (b.IsUndefined)
        {
            return default;
        }

        return comparison switch
        {
            Comparison.Equal => a.Equals(b),
            Comparison.NotEqual => !a.Equals(b),
            Comparison.Less => Order.Compare(a, b) < 0,
            Comparison.LessOrEqual => Order.Compare(a, b) <= 0,
            Comparison.Greater => Order.Compare(a, b) > 0,
            _ => Order.Compare(a, b) >= 0,
        };
    }

    public static Expression Equal(Emitter to, Expression value, in Value constant) => constant.Reference is string text
        ? Emitter.Operation(nameof(Operations.SameText), value, Expression.Constant(text))
        : constant.IsInteger
            ? Emitter.Operation(nameof(Operations.SameInteger), value, Expression.Constant(constant.Bits))
            : Emitter.Operation(nameof(Operations.Same), value, to.Constant(constant));

    public static Expression Equal(Emitter to, Node left, Node right, LabelTarget back)
    {
        if (left is Constant first)
        {
            return Equal(to, right.Emit(to, back), first.Value);
        }

        var value = left.Emit(to, back);
        return right is Constant second ? Equal(to, value, second.Value) : Emitter.Operation(nameof(Operations.Same), value, right.Emit(to, back));
    }

    public override Expression Emit(Emitter to, LabelTarget back) => to.Keep(Emitter.Operation(nameof(Operations.Boolean), Condition(to, back)));

    public override void EmitTest(Emitter to, LabelTarget back) => to.JumpUnless(Condition(to, back), back);

    private Expression Condition(Emitter to, LabelTarget back)
    {
        if (comparison is Comparison.Equal or Comparison.NotEqual)
        {
            var equal = Equal(to, left, right, back);
            return comparison == Comparison.Equal ? equal : Expression.Not(equal);
        }

        var value = left.Emit(to, back);
        var order = Emitter.Operation(nameof(Operations.Compare), value, right.Emit(to, back));
        var zero = Expression.Constant(0);
        return comparison switch
        {
            Comparison.Less => Expression.LessThan(order, zero),
            Comparison.LessOrEqual => Expression.LessThanOrEqual(order, zero),
            Comparison.Greater => Expression.GreaterThan(order, zero),
            _ => Expression.GreaterThanOrEqual(order, zero),
        };
    }
}

internal enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A comprehension: a collection in a local, filled by its body.</summary>
internal sealed class Comprehension(ValueKind kind, int slot, Block body) : Node
{
    public override Value Eval(Frame frame)
    {
        switch (kind)
        {
            case ValueKind.Array:
                var items = new ArrayBuilder(0);
                frame.Locals[slot] = Value.Hidden(items);
                body.Run(frame);
                return items.ToArray();
            case ValueKind.Set:
                var set = new SetValue(0);
                frame.Locals[slot] = set;
                body.Run(frame);
                return set;
            default:
                var members = new ObjectValue(0);
                frame.Locals[slot] = members;
                body.Run(frame);
                return members;
        }
    }

    public override Expression Emit(Emitter to, LabelTarget back)
    {
        var (type, finish) = kind switch
        {
            ValueKind.Array => (typeof(ArrayBuilder), nameof(Operations.Finish)),
            ValueKind.Set => (typeof(SetValue), nameof(Operations.Wrap)),
            _ => (typeof(ObjectValue), nameof(Operations.Wrap)),
        };
        var builder = to.Builder(slot, type);
        to.Add(Expression.Assign(builder, Expression.New(type.GetConstructor(Emitter.Any, [typeof(int)])!, Expression.Constant(0))));
        var end = Emitter.Label();
        body.Emit(to, end, end);
        to.Mark(end);
        return to.Keep(Emitter.Operation(finish, builder));
    }
}
