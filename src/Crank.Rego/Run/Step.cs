using System.Linq.Expressions;

namespace Crank.Rego.Run;

/// <summary>One step of a body. A step that makes several answers holds the rest of its body and runs it for each.</summary>
internal abstract class Step
{
    public abstract Signal Run(Frame frame);

    /// <summary>Writes the step as statements that go on below when it holds, jump to <paramref name="back"/> when not, and to <paramref name="stop"/> when the answer is known.</summary>
    public virtual void Emit(Emitter to, LabelTarget back, LabelTarget stop) => throw Emitter.Cannot();
}
