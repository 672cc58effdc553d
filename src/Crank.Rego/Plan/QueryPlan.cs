using Crank.Rego.Run;

namespace Crank.Rego.Plan;

/// <summary>A query and all rules it reaches, ready to run.</summary>
/// <param name="Body">The steps.</param>
/// <param name="Slot">The local that holds the result afterwards.</param>
/// <param name="Answers">Whether the result is the list of answers, or one value.</param>
/// <param name="Locals">How many locals a frame needs.</param>
/// <param name="Memos">How many memo entries a frame needs.</param>
/// <param name="Links">The constant references into base documents, by number.</param>
/// <param name="Groups">The rules it reaches.</param>
/// <param name="Functions">The functions it reaches.</param>
internal sealed record QueryPlan(Block Body, int Slot, bool Answers, int Locals, int Memos, BaseReference[] Links, RuleGroup[] Groups, Function[] Functions)
{
    private int _compiling;

    /// <summary>Makes methods of all rules, once; whoever runs meanwhile keeps the nodes.</summary>
    public void Compile()
    {
        if (Interlocked.Exchange(ref _compiling, 1) == 0)
        {
            Array.ForEach(Functions, f => f.Compile());
            Array.ForEach(Groups, g => g.Compile());
        }
    }
}
