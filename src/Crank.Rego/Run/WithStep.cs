using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>One <c>with</c>: what is replaced, and by what.</summary>
internal sealed record Replacement(bool OfInput, Value[] Path, Node? Value, string? Mocked, Callable? By);

/// <summary>Runs steps with parts of input and data, or functions, replaced. The last of them is a <see cref="WithExit"/>, or there is one answer only.</summary>
internal sealed class WithStep(Replacement[] replacements, Block inner) : Step
{
    public override Signal Run(Frame frame)
    {
        var outside = WithScope.Of(frame);
        var values = new Value[replacements.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (replacements[i].Value is { } node && (values[i] = node.Eval(frame)).IsUndefined)
            {
                return Signal.Back;
            }
        }

        var memo = frame.FreshMemo();
        frame.Memo = memo;
        frame.Scope = outside;
        try
        {
            for (var i = 0; i < values.Length; i++)
            {
                Apply(frame, replacements[i], values[i]);
            }

            return inner.Run(frame);
        }
        finally
        {
            outside.Restore(frame);
            frame.ReturnMemo(memo);
        }
    }

    private static void Apply(Frame frame, Replacement replacement, in Value value)
    {
        if (replacement.Mocked is not null)
        {
            frame.Mocks = new(replacement.Mocked, replacement.By, value, frame.Mocks);
        }
        else if (replacement.OfInput)
        {
            frame.Input = Patch(frame.Input, replacement.Path, value);
        }
        else
        {
            frame.Overrides = new(replacement.Path, value, frame.Overrides);
            frame.Data = Patch(frame.Data, replacement.Path, value);
        }
    }

    private static Value Patch(in Value document, ReadOnlySpan<Value> path, in Value value)
    {
        if (path.IsEmpty)
        {
            return value;
        }

        var old = document.Reference as ObjectValue;
        var patched = new ObjectValue((old?.Count ?? 0) + 1);
        for (var i = 0; i < old?.Count; i++)
        {
            patched.Append(old.RawKeys[i], old.RawValues[i]);
        }

        patched.Put(path[0], Patch(old?.Get(path[0]) ?? default, path[1..], value));
        return patched;
    }
}

/// <summary>Runs the rest of the body as it was outside the innermost <c>with</c>.</summary>
internal sealed class WithExit(Block rest) : Step
{
    public override Signal Run(Frame frame)
    {
        var inside = WithScope.Of(frame);
        frame.Scope!.Restore(frame);
        try
        {
            return rest.Run(frame);
        }
        finally
        {
            inside.Restore(frame);
        }
    }
}
