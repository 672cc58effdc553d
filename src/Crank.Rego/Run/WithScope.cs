using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>What is in force outside or inside a <c>with</c>.</summary>
internal sealed record WithScope(Value[] Memo, Value Input, Value Data, Override? Overrides, Mock? Mocks, WithScope? Outer)
{
    public static WithScope Of(Frame frame) => new(frame.Memo, frame.Input, frame.Data, frame.Overrides, frame.Mocks, frame.Scope);

    public void Restore(Frame frame)
    {
        frame.Memo = Memo;
        frame.Input = Input;
        frame.Data = Data;
        frame.Overrides = Overrides;
        frame.Mocks = Mocks;
        frame.Scope = Outer;
    }
}
