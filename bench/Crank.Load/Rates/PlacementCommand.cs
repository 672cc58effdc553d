using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Crank.Core;
using Crank.Market;

namespace Crank.Load.Rates;

/// <summary>How long the choice among very many offers of one capability takes.</summary>
internal static class PlacementCommand
{
    private const int Warm = 200;

    public static int Run(Options options)
    {
        var (count, decisions) = (options.Number("--offers", 10_000), options.Number("--decisions", 2_000));
        var random = new Random(options.Number("--seed", 1));
        var capability = Cli.Embedded.BuiltInServices.Of("echo", Currency.Eur).First(c => c.Id.Name == Requests.Echo).Id;
        var now = TimeProvider.System.GetUtcNow();
        var ids = new IdSource(TimeProvider.System, random);
        var snapshot = OfferSnapshot.Of(Enumerable.Range(0, count).Select(i => Offer(i, capability, ids, random, now)));
        Console.WriteLine(FormattableString.Invariant($"{count:N0} offers of {capability}, {decisions:N0} decisions a preference."));
        Console.WriteLine();
        Console.WriteLine("| preference | decisions that nothing interrupted | p50 ms | p99 ms | p99 ms of all | bytes allocated |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var preference in (string[])["cheapest", "fastest", "greenest", "trusted", "cheapest=0.5,greenest=0.5"])
        {
            var question = new PlacementQuestion(
                capability, Terms.Default with { Prefer = Preference.Parse(preference) }, Constraints.None, ImmutableSortedDictionary<Unit, Quantity>.Empty.Add(Unit.Job, Quantity.One), Currency.Eur, now);
            for (var i = 0; i < Warm; i++)
            {
                Place(question, snapshot);
            }

            var (all, alone) = (new List<double>(decisions), new List<double>(decisions));
            var allocated = 0L;
            for (var i = 0; i < decisions; i++)
            {
                var turns = ThreadCpu.Turns();
                var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
                Place(question, snapshot);
                all.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                if (ThreadCpu.Turns() == turns)
                {
                    alone.Add(all[^1]);
                }
            }

            all.Sort();
            alone.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {preference} | {alone.Count:N0} | {At(alone, 0.5):0.000} | {At(alone, 0.99):0.000} | {At(all, 0.99):0.000} | {allocated / decisions:N0} |"));
        }

        return 0;
    }

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];

    private static void Place(PlacementQuestion question, OfferSnapshot snapshot)
    {
        if (Placement.Place(question, snapshot, Scorers.BuiltIn) is not PlacementAnswer.Placed)
        {
            throw new InvalidOperationException("Nothing was placed.");
        }
    }

    private static Offer Offer(int number, CapabilityVersion capability, IdSource ids, Random random, DateTimeOffset now) => new(
        new(ids.Next()), capability, NodeId.Parse(string.Create(CultureInfo.InvariantCulture, $"node-{number}")), AccountId.Parse("provider/load"),
        new(Currency.Eur, [new(Unit.Job, new(random.Next(1, 1_000), Currency.Eur))]), Queue.QueueWorker.Claimed, now.AddDays(1), Zone.Parse("de"),
        Duration.FromSeconds(random.NextDouble()), new Joules(random.NextDouble() * 10), new GramsCo2ePerKwh(random.Next(20, 800)), 0.9 + (random.NextDouble() / 10));
}
