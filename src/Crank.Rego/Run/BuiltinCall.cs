using Crank.Rego.Builtins;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>Calls a builtin, and turns its refusal into undefined or, in strict mode, into the end of the decision.</summary>
internal sealed class BuiltinCall(Builtin builtin) : Callable(builtin.Name)
{
    public Builtin Builtin { get; } = builtin;

    public override Value Call(Frame frame, ReadOnlySpan<Value> arguments) => Call(frame, arguments, null);

    public Value Call(Frame frame, ReadOnlySpan<Value> arguments, Location? at)
    {
        try
        {
            return Builtin.Deterministic ? Builtin.Run(frame.Builtins, arguments) : frame.Recorded(Builtin, arguments);
        }
        catch (BuiltinException e)
        {
            return frame.Refused(Name, e, at);
        }
        catch (ArithmeticException e)
        {
            return frame.Refused(Name, new BuiltinException(e.Message), at);
        }
    }
}
