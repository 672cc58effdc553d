using System.Linq.Expressions;

namespace Crank.Rego.Run;

/// <summary>Steps one after another, as long as they hold.</summary>
internal sealed class Block : Step
{
    private readonly List<Step> _growing = [];
    private Step[]? _steps;

    public IReadOnlyList<Step> Steps => _growing;

    public void Add(Step step) => _growing.Add(step);

    public override Signal Run(Frame frame)
    {
        foreach (var step in _steps ??= [.. _growing])
        {
            var signal = step.Run(frame);
            if (signal != Signal.Next)
            {
                return signal;
            }
        }

        return Signal.Next;
    }

    public override void Emit(Emitter to, LabelTarget back, LabelTarget stop) => _growing.ForEach(step => step.Emit(to, back, stop));
}
