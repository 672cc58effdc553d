namespace Crank.Confinement;

/// <summary>The first thing a worker's program does: confine itself as its parent planned, if a parent did.</summary>
public static class Confined
{
    /// <summary>Exit code of a worker that could not be confined as planned.</summary>
    public const int ExitCode = 125;

    /// <summary>
    /// Reads the plan from <see cref="ConfinementPlan.Variable"/>. In stage 0 sets the limits and starts the same program, with the same
    /// arguments, again under them: does not return. In stage 1 closes the rest, tries every wall, and returns what held.
    /// Without a plan returns <see cref="ConfinementProof.None"/> and changes nothing. Call before anything else in Main.
    /// </summary>
    /// <exception cref="ConfinementException">A wall that this system offers could not be raised; the program must stop.</exception>
    public static ConfinementProof Start()
    {
        if (Environment.GetEnvironmentVariable(ConfinementPlan.Variable) is not { Length: > 0 } text) return ConfinementProof.None;
        ConfinementPlan plan;
        try
        {
            plan = ConfinementPlan.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ConfinementException($"The plan in {ConfinementPlan.Variable} cannot be read: {e.Message}");
        }

        if (plan.Stage == 0) Stage0.Enter(plan);
        return Stage1.Seal(plan);
    }
}
