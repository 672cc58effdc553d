using Crank.Load.Processes;

namespace Crank.Load.Http;

/// <summary>One way under one load, and what each round measured.</summary>
internal sealed record HttpCell(HttpWay Way, int Connections, int Rate, int Kibibytes)
{
    public List<HttpRound> Rounds { get; } = [];

    public async Task RunAsync(Generator generator, int seconds)
    {
        var allocated = await AllocatedAsync();
        var before = (Cpu(Way.Front), Cpu(Way.Behind), ProcessTree.Cpu(generator.Id));
        var figures = await generator.DoAsync(new(Way.Target, Way.Key, Connections, seconds, Rate, Kibibytes));
        var after = (Cpu(Way.Front), Cpu(Way.Behind), ProcessTree.Cpu(generator.Id));
        Rounds.Add(new(
            figures, Each(after.Item1 - before.Item1), Each(after.Item2 - before.Item2), Each(after.Item3 - before.Item3),
            (await AllocatedAsync() - allocated) / figures.Requests));

        double Each(TimeSpan cpu) => cpu.TotalMicroseconds / figures.Requests;
    }

    private async Task<double?> AllocatedAsync() => Way.AllocatedAsync is { } read ? await read() : null;

    /// <summary>The median over the rounds.</summary>
    public double Median(Func<HttpRound, double> figure)
    {
        var sorted = Rounds.Select(figure).Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static TimeSpan Cpu(IReadOnlyList<int> processes) => new(processes.Sum(p => ProcessTree.Cpu(p).Ticks));
}
