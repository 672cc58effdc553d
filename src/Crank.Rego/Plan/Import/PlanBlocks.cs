namespace Crank.Rego.Plan.Import;

/// <summary>Blocks one after another, however the one before ended.</summary>
internal sealed class PlanBlocks(PlanBlock[] blocks)
{
    public static PlanBlocks None { get; } = new([]);

    /// <returns>As a statement: <see cref="PlanBlock.Next"/>, <see cref="PlanBlock.Return"/>, or how many blocks around them are to be left but one.</returns>
    public int Run(Activation activation)
    {
        foreach (var block in blocks)
        {
            var answer = block.Run(activation);
            if (answer >= 0)
            {
                return answer;
            }
        }

        return PlanBlock.Next;
    }
}
