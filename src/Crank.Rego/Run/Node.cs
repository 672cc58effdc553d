using System.Linq.Expressions;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>Something that has a value, or none: undefined.</summary>
internal abstract class Node
{
    public abstract Value Eval(Frame frame);

    /// <summary>Writes the node as statements; jumps to <paramref name="back"/> when it has no value.</summary>
    /// <returns>Where the value then is.</returns>
    public virtual Expression Emit(Emitter to, LabelTarget back) => throw Emitter.Cannot();

    /// <summary>Writes the node as a condition: goes on when it is there and not false, else jumps to <paramref name="back"/>.</summary>
    public virtual void EmitTest(Emitter to, LabelTarget back) =>
        to.Add(Expression.IfThen(Emitter.Operation(nameof(Operations.IsFalse), Emit(to, back)), Expression.Goto(back)));
}
