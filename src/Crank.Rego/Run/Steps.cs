using System.Linq.Expressions;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>Holds when the value is there and not false.</summary>
internal sealed class Test(Node node) : Step
{
    public override Signal Run(Frame frame) => node.Eval(frame).Holds ? Signal.Next : Signal.Back;

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop) => node.EmitTest(to, back);
}

/// <summary>Holds when the value is there.</summary>
internal sealed class Defined(Node node) : Step
{
    public override Signal Run(Frame frame) => node.Eval(frame).IsDefined ? Signal.Next : Signal.Back;

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop) => node.Emit(to, back);
}

/// <summary>Holds when both are there and equal.</summary>
internal sealed class TestEqual(Node left, Node right) : Step
{
    public override Signal Run(Frame frame)
    {
        var a = left.Eval(frame);
        if (a.IsUndefined)
        {
            return Signal.Back;
        }

        var b = right.Eval(frame);
        return b.IsDefined && a.Equals(b) ? Signal.Next : Signal.Back;
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop) => to.JumpUnless(Compare.Equal(to, left, right, back), back);
}

/// <summary>Puts a value into a local; does not hold when there is none.</summary>
internal sealed class Assign(int slot, Node node) : Step
{
    public override Signal Run(Frame frame)
    {
        var value = node.Eval(frame);
        frame.Locals[slot] = value;
        return value.IsDefined ? Signal.Next : Signal.Back;
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop) => to.Add(Expression.Assign(to.Slot(slot), node.Emit(to, back)));
}

/// <summary>Puts a value, or that there is none, into a local.</summary>
internal sealed class Hoist(int slot, Node node) : Step
{
    public override Signal Run(Frame frame)
    {
        frame.Locals[slot] = node.Eval(frame);
        return Signal.Next;
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var none = Emitter.Label();
        to.Doubt(slot);
        to.Add(Expression.Assign(to.Slot(slot), Expression.Default(typeof(Value))));
        to.Add(Expression.Assign(to.Slot(slot), node.Emit(to, none)));
        to.Mark(none);
    }
}

/// <summary>Holds when a local is an array of this length.</summary>
internal sealed class TestArray(int slot, int length) : Step
{
    public override Signal Run(Frame frame) =>
        frame.Locals[slot].Reference is ArrayValue array && array.Count == length ? Signal.Next : Signal.Back;

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop) =>
        to.JumpUnless(Emitter.Operation(nameof(Operations.IsArray), to.Read(slot, back), Expression.Constant(length)), back);
}

/// <summary>Holds when a local is an object with this many members.</summary>
internal sealed class TestObject(int slot, int count) : Step
{
    public override Signal Run(Frame frame) =>
        frame.Locals[slot].Reference is ObjectValue members && members.Count == count ? Signal.Next : Signal.Back;

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop) =>
        to.JumpUnless(Emitter.Operation(nameof(Operations.IsObject), to.Read(slot, back), Expression.Constant(count)), back);
}

/// <summary>Runs the rest of the body for each element of a collection.</summary>
/// <param name="source">The collection.</param>
/// <param name="keySlot">Where the key goes, or -1.</param>
/// <param name="valueSlot">Where the value goes, or -1.</param>
/// <param name="ordered">Whether the order of answers can be seen.</param>
/// <param name="body">The rest of the body.</param>
internal sealed class Scan(Node source, int keySlot, int valueSlot, bool ordered, Block body) : Step
{
    public override Signal Run(Frame frame)
    {
        switch (source.Eval(frame).Reference)
        {
            case ArrayValue array:
                for (var i = 0; i < array.Count; i++)
                {
                    if (Turn(frame, Value.Of(i), array.Span[i]) == Signal.Stop)
                    {
                        return Signal.Stop;
                    }
                }

                return Signal.Back;

            case ObjectValue members:
                var order = ordered ? members.Ordered() : [];
                for (var i = 0; i < members.Count; i++)
                {
                    var at = order.Length == 0 ? i : order[i];
                    if (Turn(frame, members.RawKeys[at], members.RawValues[at]) == Signal.Stop)
                    {
                        return Signal.Stop;
                    }
                }

                return Signal.Back;

            case SetValue set:
                var sorted = ordered ? set.Ordered() : [];
                for (var i = 0; i < set.Count; i++)
                {
                    var item = set.Raw[sorted.Length == 0 ? i : sorted[i]];
                    if (Turn(frame, item, item) == Signal.Stop)
                    {
                        return Signal.Stop;
                    }
                }

                return Signal.Back;

            default:
                return Signal.Back;
        }
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var next = Loop.Begin(to, source, ordered, keySlot, valueSlot, back, back);
        body.Emit(to, next, stop);
        to.Jump(next);
    }

    private Signal Turn(Frame frame, in Value key, in Value value)
    {
        frame.Tick();
        if (keySlot >= 0)
        {
            frame.Locals[keySlot] = key;
        }

        if (valueSlot >= 0)
        {
            frame.Locals[valueSlot] = value;
        }

        return body.Run(frame);
    }
}

/// <summary>Runs the rest of the body for each part of a value: <c>walk</c>, without making the list of all parts.</summary>
/// <param name="source">The value.</param>
/// <param name="pathSlot">Where the path goes, or -1 when nobody asks.</param>
/// <param name="valueSlot">Where the part goes, or -1.</param>
/// <param name="body">The rest of the body.</param>
internal sealed class Walk(Node source, int pathSlot, int valueSlot, Block body) : Step
{
    public override Signal Run(Frame frame)
    {
        var value = source.Eval(frame);
        return value.IsUndefined || Visit(frame, value, []) != Signal.Stop ? Signal.Back : Signal.Stop;
    }

    private Signal Visit(Frame frame, Value value, Value[] path)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        frame.Tick();
        if (pathSlot >= 0)
        {
            frame.Locals[pathSlot] = new ArrayValue(path, path.Length);
        }

        if (valueSlot >= 0)
        {
            frame.Locals[valueSlot] = value;
        }

        if (body.Run(frame) == Signal.Stop)
        {
            return Signal.Stop;
        }

        switch (value.Reference)
        {
            case ArrayValue array:
                for (var i = 0; i < array.Count; i++)
                {
                    if (Visit(frame, array[i], Below(path, Value.Of(i))) == Signal.Stop)
                    {
                        return Signal.Stop;
                    }
                }

                break;
            case ObjectValue members:
                for (var i = 0; i < members.Count; i++)
                {
                    var (key, item) = members.InOrder(i);
                    if (Visit(frame, item, Below(path, key)) == Signal.Stop)
                    {
                        return Signal.Stop;
                    }
                }

                break;
            case SetValue set:
                for (var i = 0; i < set.Count; i++)
                {
                    var item = set.InOrder(i);
                    if (Visit(frame, item, Below(path, item)) == Signal.Stop)
                    {
                        return Signal.Stop;
                    }
                }

                break;
        }

        return Signal.Next;
    }

    private Value[] Below(Value[] path, in Value key) => pathSlot < 0 ? path : [.. path, key];
}

/// <summary>Holds when the body has no answer.</summary>
internal sealed class Not(Block body) : Step
{
    public override Signal Run(Frame frame) => body.Run(frame) == Signal.Stop ? Signal.Back : Signal.Next;

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var none = Emitter.Label();
        body.Emit(to, none, back);
        to.Mark(none);
    }
}

/// <summary>Holds when a condition, given as a body that stops at its first answer, has one.</summary>
internal sealed class Exists(Block body) : Step
{
    public override Signal Run(Frame frame) => body.Run(frame) == Signal.Stop ? Signal.Next : Signal.Back;

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var found = Emitter.Label();
        body.Emit(to, back, found);
        to.Jump(back);
        to.Mark(found);
    }
}

/// <summary>Holds when one of two bodies has an answer; the second is not asked when the first has.</summary>
internal sealed class Either(Block left, Block right) : Step
{
    public override Signal Run(Frame frame) =>
        left.Run(frame) == Signal.Stop || right.Run(frame) == Signal.Stop ? Signal.Next : Signal.Back;

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var (second, found) = (Emitter.Label(), Emitter.Label());
        left.Emit(to, second, found);
        to.Mark(second);
        right.Emit(to, back, found);
        to.Jump(back);
        to.Mark(found);
    }
}

/// <summary>Holds when the body holds for each element of a collection.</summary>
internal sealed class Every(Node domain, int keySlot, int valueSlot, Block body) : Step
{
    public override Signal Run(Frame frame)
    {
        switch (domain.Eval(frame).Reference)
        {
            case ArrayValue array:
                for (var i = 0; i < array.Count; i++)
                {
                    if (!Turn(frame, Value.Of(i), array.Span[i]))
                    {
                        return Signal.Back;
                    }
                }

                return Signal.Next;

            case ObjectValue members:
                for (var i = 0; i < members.Count; i++)
                {
                    if (!Turn(frame, members.RawKeys[i], members.RawValues[i]))
                    {
                        return Signal.Back;
                    }
                }

                return Signal.Next;

            case SetValue set:
                for (var i = 0; i < set.Count; i++)
                {
                    if (!Turn(frame, set.Raw[i], set.Raw[i]))
                    {
                        return Signal.Back;
                    }
                }

                return Signal.Next;

            default:
                return Signal.Back;
        }
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var all = Emitter.Label();
        var next = Loop.Begin(to, domain, false, keySlot, valueSlot, back, all);
        body.Emit(to, back, next);
        to.Jump(back);
        to.Mark(all);
    }

    private bool Turn(Frame frame, in Value key, in Value value)
    {
        frame.Tick();
        if (keySlot >= 0)
        {
            frame.Locals[keySlot] = key;
        }

        if (valueSlot >= 0)
        {
            frame.Locals[valueSlot] = value;
        }

        return body.Run(frame) == Signal.Stop;
    }
}

/// <summary>The end of a body of which one answer is enough.</summary>
internal sealed class Found : Step
{
    public override Signal Run(Frame frame) => Signal.Stop;

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop) => to.Jump(stop);
}

/// <summary>The end of the body of a rule or function with one value: keeps the answer, and refuses a second one that differs.</summary>
internal sealed class Answer(int slot, Node node, bool constant, bool function, Location at) : Step
{
    public override Signal Run(Frame frame)
    {
        var value = node.Eval(frame);
        if (value.IsUndefined)
        {
            return Signal.Back;
        }

        ref var kept = ref frame.Locals[slot];
        if (kept.IsUndefined)
        {
            kept = value;
        }
        else if (!kept.Equals(value))
        {
            throw RuleGroup.Disagree(function, at);
        }

        return constant ? Signal.Stop : Signal.Next;
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var value = node.Emit(to, back);
        var kept = to.Slot(slot);
        to.Add(Expression.IfThenElse(
            Emitter.IsDefined(kept),
            Expression.IfThen(
                Expression.Not(Emitter.Operation(nameof(Operations.Same), kept, value)),
                Emitter.Operation(nameof(Operations.Disagree), Expression.Constant(function), Expression.Constant(at))),
            Expression.Assign(kept, value)));
        if (constant)
        {
            to.Jump(stop);
        }
    }
}

/// <summary>Adds an answer to an array comprehension.</summary>
internal sealed class Append(int slot, Node node) : Step
{
    public override Signal Run(Frame frame)
    {
        var value = node.Eval(frame);
        if (value.IsUndefined)
        {
            return Signal.Back;
        }

        frame.Tick();
        ((ArrayBuilder)frame.Locals[slot].Reference!).Add(value);
        return Signal.Next;
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var value = node.Emit(to, back);
        to.Tick();
        to.Add(Expression.Call(to.Builder(slot), Emitter.Method(typeof(ArrayBuilder), nameof(ArrayBuilder.Add)), value));
    }
}

/// <summary>Adds an answer to a set.</summary>
internal sealed class AddTo(int slot, Node node) : Step
{
    public override Signal Run(Frame frame)
    {
        var value = node.Eval(frame);
        if (value.IsUndefined)
        {
            return Signal.Back;
        }

        frame.Tick();
        ((SetValue)frame.Locals[slot].Reference!).Add(value);
        return Signal.Next;
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var value = node.Emit(to, back);
        to.Tick();
        to.Add(Expression.Call(to.Builder(slot), Emitter.Method(typeof(SetValue), nameof(SetValue.Add)), value));
    }
}

/// <summary>Adds an answer to an object comprehension.</summary>
internal sealed class PutIn(int slot, Node key, Node node) : Step
{
    public override Signal Run(Frame frame)
    {
        var name = key.Eval(frame);
        if (name.IsUndefined)
        {
            return Signal.Back;
        }

        var value = node.Eval(frame);
        if (value.IsUndefined)
        {
            return Signal.Back;
        }

        frame.Tick();
        Put((ObjectValue)frame.Locals[slot].Reference!, name, value);
        return Signal.Next;
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var name = key.Emit(to, back);
        var value = node.Emit(to, back);
        to.Tick();
        to.Add(Expression.Call(Emitter.Method(typeof(PutIn), nameof(Put)), to.Builder(slot), name, value));
    }

    public static void Put(ObjectValue members, in Value name, in Value value)
    {
        var found = members.Find(name);
        if (found < 0)
        {
            members.Append(name, value);
        }
        else if (!members.RawValues[found].Equals(value))
        {
            throw new EvaluationException(EvaluationException.Conflict, "object keys must be unique");
        }
    }
}

/// <summary>Adds an answer to a document that rules with variables in their names make.</summary>
internal sealed class PutAt(int slot, Node[] keys, Node leaf, bool intoSet) : Step
{
    public override Signal Run(Frame frame)
    {
        var path = new Value[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            path[i] = keys[i].Eval(frame);
            if (path[i].IsUndefined)
            {
                return Signal.Back;
            }
        }

        var value = leaf.Eval(frame);
        if (value.IsUndefined)
        {
            return Signal.Back;
        }

        frame.Tick();
        DynamicDocument.Put((ObjectValue)frame.Locals[slot].Reference!, path, value, intoSet);
        return Signal.Next;
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop)
    {
        var path = to.Keep(to.Array(keys, back));
        var value = leaf.Emit(to, back);
        to.Tick();
        to.Add(Emitter.Operation(nameof(Operations.PutAt), to.Builder(slot), path, value, Expression.Constant(intoSet)));
    }
}

/// <summary>The end of a query: hands out the values of its variables.</summary>
internal sealed class Report(int slot, (string Name, Node Node)[] bindings) : Step
{
    public override Signal Run(Frame frame)
    {
        var answer = new ObjectValue(bindings.Length);
        foreach (var (name, node) in bindings)
        {
            answer.Append(name, node.Eval(frame));
        }

        frame.Tick();
        ((ArrayBuilder)frame.Locals[slot].Reference!).Add(answer);
        return Signal.Next;
    }
}

/// <summary>Tells that a condition is about to be evaluated; only in instrumented plans.</summary>
internal sealed class Probe(Location at) : Step
{
    public override Signal Run(Frame frame)
    {
        frame.Probes?.Reach(at);
        return Signal.Next;
    }
}
