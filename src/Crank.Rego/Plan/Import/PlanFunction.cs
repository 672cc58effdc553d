namespace Crank.Rego.Plan.Import;

/// <summary>A function of an imported plan.</summary>
internal sealed class PlanFunction(int number, string name, int[] parameters)
{
    /// <summary>Input and data, which every function has before its own parameters.</summary>
    public const int Documents = 2;

    public int Number { get; } = number;

    public string Name { get; } = name;

    /// <summary>The locals that the arguments go to.</summary>
    public int[] Parameters { get; } = parameters;

    /// <summary>How many locals it has; known when its statements are read.</summary>
    public int Locals { get; set; }

    public PlanBlocks Blocks { get; set; } = PlanBlocks.None;
}
