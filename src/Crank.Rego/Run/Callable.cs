using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>A function of the policy, or a builtin.</summary>
internal abstract class Callable(string name)
{
    public string Name { get; } = name;

    public abstract Value Call(Frame frame, ReadOnlySpan<Value> arguments);
}
