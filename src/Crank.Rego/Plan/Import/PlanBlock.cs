namespace Crank.Rego.Plan.Import;

/// <summary>Statements one after another. What they answer: <see cref="Next"/>, or how many blocks beyond this one are to be left.</summary>
internal sealed class PlanBlock(PlanStatement[] statements)
{
    /// <summary>All statements held.</summary>
    public const int Next = -1;

    /// <summary>A statement was undefined, or left this block alone.</summary>
    public const int Ended = -2;

    /// <summary>The function has its value.</summary>
    public const int Return = int.MaxValue;

    public int Run(Activation activation)
    {
        foreach (var statement in statements)
        {
            var answer = statement.Run(activation);
            if (answer != Next)
            {
                return answer == Return ? Return : answer == 0 ? Ended : answer - 1;
            }
        }

        return Next;
    }
}
