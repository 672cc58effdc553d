namespace Crank.Load.Echo;

/// <summary>One way to run the job, at one number in flight, and what each round measured.</summary>
internal sealed record Cell(string Name, int InFlight, Func<Task> RunOneAsync)
{
    public List<Round> Rounds { get; } = [];

    /// <summary>The median over the rounds.</summary>
    public double Median(Func<Round, double> figure)
    {
        var sorted = Rounds.Select(figure).Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
