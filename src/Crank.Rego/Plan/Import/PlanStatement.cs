using Crank.Rego.Run;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Plan.Import;

/// <summary>One statement of an imported plan. Answers <see cref="PlanBlock.Next"/>, <see cref="PlanBlock.Return"/>, or how many blocks are to be left but one; 0 also when it is undefined.</summary>
internal abstract class PlanStatement
{
    protected const int Undefined = 0;

    public abstract int Run(Activation activation);

    protected static int Holds(bool condition) => condition ? PlanBlock.Next : Undefined;
}

internal sealed class ArrayAppend(int array, PlanOperand value) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.Run.Frame.Tick();
        return Holds(value.Of(activation) is { IsDefined: true } item && activation.Append(array, item));
    }
}

internal sealed class Assign(PlanOperand source, int target) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var value = source.Of(activation);
        activation.Locals[target] = value;
        return Holds(value.IsDefined);
    }
}

internal sealed class AssignOnce(PlanOperand source, int target, bool function, Location at) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var value = source.Of(activation);
        ref var there = ref activation.Locals[target];
        if (there.IsDefined && value.IsDefined && !there.Equals(value))
        {
            throw RuleGroup.Disagree(function, at);
        }

        there = value.IsDefined ? value : there;
        return Holds(value.IsDefined);
    }
}

internal sealed class Reset(int target) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.Locals[target] = default;
        return PlanBlock.Next;
    }
}

internal sealed class Nested(PlanBlocks blocks) : PlanStatement
{
    public override int Run(Activation activation) => blocks.Run(activation);
}

internal sealed class Break(int index) : PlanStatement
{
    public override int Run(Activation activation) => index;
}

internal sealed class CallFunction(PlanFunction function, PlanOperand[] arguments, int result) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var values = new Value[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            // There need be no input.
            values[i] = arguments[i].Of(activation);
            if (values[i].IsUndefined && i >= PlanFunction.Documents)
            {
                return Undefined;
            }
        }

        var value = activation.Run.Call(function, values);
        activation.Locals[result] = value;
        return Holds(value.IsDefined);
    }
}

internal sealed class CallBuiltin(BuiltinCall builtin, PlanOperand[] arguments, int result, Location at) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.Run.Frame.Tick();
        var values = new Value[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Of(activation);
            if (values[i].IsUndefined)
            {
                return Undefined;
            }
        }

        var value = builtin.Call(activation.Run.Frame, values, at);
        activation.Locals[result] = value;
        return Holds(value.IsDefined);
    }
}

internal sealed class CallDynamic(IReadOnlyDictionary<string, PlanFunction> functions, PlanOperand[] path, int[] arguments, int result) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var names = new string[path.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!path[i].Of(activation).TryGetString(out var name))
            {
                return Undefined;
            }

            names[i] = name;
        }

        if (!functions.TryGetValue(KeyOf(names), out var function) || function.Parameters.Length != arguments.Length)
        {
            return Undefined;
        }

        var value = activation.Run.Call(function, [.. arguments.Select(a => activation.Locals[a])]);
        activation.Locals[result] = value;
        return Holds(value.IsDefined);
    }

    public static string KeyOf(IEnumerable<string> path) => string.Concat(path.Select(static name => $"{name.Length}:{name}"));
}

internal sealed class Lookup(PlanOperand source, PlanOperand key, int target) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var (whole, name) = (source.Of(activation), key.Of(activation));
        if (whole.IsUndefined || name.IsUndefined)
        {
            return Undefined;
        }

        var value = whole.Get(name);
        activation.Locals[target] = value;
        return Holds(value.IsDefined);
    }
}

internal sealed class SameAs(PlanOperand left, PlanOperand right, bool wanted) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var (a, b) = (left.Of(activation), right.Of(activation));
        return Holds(a.IsDefined && b.IsDefined && a.Equals(b) == wanted);
    }
}

internal sealed class IsKind(PlanOperand source, ValueKind kind) : PlanStatement
{
    public override int Run(Activation activation) => Holds(source.Of(activation).Kind == kind);
}

internal sealed class IsThere(int source, bool wanted) : PlanStatement
{
    public override int Run(Activation activation) => Holds(activation.Locals[source].IsDefined == wanted);
}

internal sealed class Length(PlanOperand source, int target) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var length = source.Of(activation).Reference switch
        {
            string text => text.EnumerateRunes().Count(),
            ArrayValue array => array.Count,
            ObjectValue members => members.Count,
            SetValue set => set.Count,
            _ => -1,
        };
        activation.Locals[target] = length < 0 ? default : Value.Of(length);
        return Holds(length >= 0);
    }
}

internal sealed class NewArray(int target, int capacity) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.MakeArray(target, capacity);
        return PlanBlock.Next;
    }
}

internal sealed class NewObject(int target) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.MakeObject(target);
        return PlanBlock.Next;
    }
}

internal sealed class NewSet(int target) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.MakeSet(target);
        return PlanBlock.Next;
    }
}

internal sealed class Negation(PlanBlock block) : PlanStatement
{
    public override int Run(Activation activation) => block.Run(activation) switch
    {
        PlanBlock.Next => Undefined,
        PlanBlock.Ended => PlanBlock.Next,
        var beyond => beyond,
    };
}

internal sealed class Insert(PlanOperand key, PlanOperand value, int target, bool once, Location at) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.Run.Frame.Tick();
        var (name, item) = (key.Of(activation), value.Of(activation));
        if (name.IsUndefined || item.IsUndefined || activation.Object(target) is not { } members)
        {
            return Undefined;
        }

        if (once && members.Get(name) is { IsDefined: true } there && !there.Equals(item))
        {
            throw new EvaluationException(EvaluationException.Conflict, "object keys must be unique", at);
        }

        members.Put(name, item);
        return PlanBlock.Next;
    }
}

internal sealed class Merge(int first, int second, int target, Location at) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var (a, b) = (activation.Locals[first], activation.Locals[second]);
        if (a.IsUndefined || b.IsUndefined)
        {
            return Undefined;
        }

        activation.Locals[target] = a.Reference is ObjectValue one && b.Reference is ObjectValue other
            ? activation.Merged(one, other)
            : throw new EvaluationException(EvaluationException.Conflict, "only objects can be merged", at);
        return PlanBlock.Next;
    }
}

internal sealed class AddToSet(PlanOperand value, int target) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.Run.Frame.Tick();
        var item = value.Of(activation);
        if (item.IsUndefined || activation.Set(target) is not { } set)
        {
            return Undefined;
        }

        set.Add(item);
        return PlanBlock.Next;
    }
}

internal sealed class AddResult(int source) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.Run.Frame.Tick();
        var value = activation.Locals[source];
        if (value.Kind != ValueKind.Object)
        {
            return Undefined;
        }

        activation.Run.Results.Add(value);
        return PlanBlock.Next;
    }
}

internal sealed class ReturnLocal(int source) : PlanStatement
{
    public override int Run(Activation activation)
    {
        activation.Returned = activation.Locals[source];
        return PlanBlock.Return;
    }
}

internal sealed class ForEach(int source, int key, int value, PlanBlock block) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var collection = activation.Locals[source];
        if (!Cursor.Can(collection))
        {
            return Undefined;
        }

        var cursor = new Cursor(collection, ordered: true);
        var some = false;
        while (cursor.Next())
        {
            some = true;
            activation.Run.Frame.Tick();
            activation.Locals[key] = cursor.Key;
            activation.Locals[value] = cursor.Current;
            var answer = block.Run(activation);
            if (answer >= 0)
            {
                return answer;
            }
        }

        return Holds(some);
    }
}

internal sealed class Replace(int local, Value[] path, PlanOperand value, PlanBlock block) : PlanStatement
{
    public override int Run(Activation activation)
    {
        var replacement = value.Of(activation);
        if (replacement.IsUndefined)
        {
            return Undefined;
        }

        var outside = activation.Locals[local];
        activation.Locals[local] = Patched(activation.Run.Frame, outside, path, replacement);
        try
        {
            var answer = activation.Run.Afresh(block, activation);
            return answer == PlanBlock.Ended ? Undefined : answer;
        }
        finally
        {
            activation.Locals[local] = outside;
        }
    }

    private static Value Patched(Frame frame, in Value document, ReadOnlySpan<Value> path, in Value value)
    {
        if (path.IsEmpty)
        {
            return value;
        }

        var old = document.Reference as ObjectValue;
        var patched = new ObjectValue((old?.Count ?? 0) + 1);
        for (var i = 0; i < old?.Count; i++)
        {
            frame.Tick();
            patched.Append(old.RawKeys[i], old.RawValues[i]);
        }

        patched.Put(path[0], Patched(frame, old?.Get(path[0]) ?? default, path[1..], value));
        return patched;
    }
}
