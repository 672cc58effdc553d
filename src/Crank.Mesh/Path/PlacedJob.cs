using System.Collections.Immutable;
using Crank.Core;
using Crank.Market;
using Crank.Mesh.Place;
using Crank.Mesh.Telemetry;
using Crank.Storage;

namespace Crank.Mesh.Path;

/// <summary>An authorized job with a plan: the offers to try in order, their ceilings, and why the others lost.</summary>
public sealed class PlacedJob
{
    private PlacedJob(AuthorizedJob authorized, Plan plan, OfferPage page)
    {
        (Authorized, Plan, Snapshot) = (authorized, plan, page.Row);
        Offers = [.. plan.Candidates.Select(c => page.Find(c.Offer))];
        Ceiling = plan.Candidates.Max(c => c.Ceiling);
    }

    /// <summary>The job.</summary>
    public AuthorizedJob Authorized { get; }

    /// <summary>The placement.</summary>
    public Plan Plan { get; }

    /// <summary>The candidates of the plan as offers, in the same order.</summary>
    public ImmutableArray<Offer> Offers { get; }

    /// <summary>The most that the plan can cost: what is held.</summary>
    public Money Ceiling { get; }

    /// <summary>The job as it was admitted.</summary>
    public AdmittedJob Admitted => Authorized.Admitted;

    /// <summary>The weakest isolation that terms and decision allow.</summary>
    public IsolationLevel MinIsolation =>
        (IsolationLevel)Math.Max((int)(Admitted.Terms.MinIsolation ?? IsolationLevel.None), (int)(Authorized.Decision.Constraints.MinIsolation ?? IsolationLevel.None));

    /// <summary>The longest that a run may take: what the terms, the capability and the decision allow.</summary>
    public Duration Deadline => Authorized.Decision.Constraints.Deadline is { } longest && longest < Admitted.Deadline ? longest : Admitted.Deadline;

    /// <summary>The offers that were looked at, for whoever wants to make the choice again.</summary>
    internal SnapshotRow Snapshot { get; }

    /// <summary>Chooses among the offers of a snapshot. Pure.</summary>
    /// <param name="job">The job.</param>
    /// <param name="page">The offers.</param>
    /// <param name="currency">The currency of the account that pays.</param>
    /// <param name="now">The time: offers that expired by then are out.</param>
    /// <param name="promised">What it was promised to cost at most when it was accepted; null for a job that runs at once.</param>
    internal static Step<PlacedJob> Place(AuthorizedJob job, OfferPage page, Currency currency, DateTimeOffset now, Money? promised = null)
    {
        using var step = PathStep.Begin("place");
        var admitted = job.Admitted;
        var question = PlacementQuestions.Of(
            admitted.Entry.Capability.Id, PlacementQuestions.Within(admitted.Terms, promised), job.Decision.Constraints, admitted.Units, currency, now);
        return Placement.Place(question, page.Offers, Scorers.BuiltIn) switch
        {
            PlacementAnswer.Placed placed => new PlacedJob(job, placed.Plan, page),
            PlacementAnswer.NoOffer no => new Refusal(RefusalKind.NoOffer, RefusalCodes.NoOffer, no.Why),
            PlacementAnswer.NoneWithinTerms none => Refuse(none),
            PlacementAnswer.UnknownScorer unknown => new Refusal(RefusalKind.BadInput, RefusalCodes.BadInput, unknown.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>When money alone stands in the way the answer is about money.</summary>
    private static Refusal Refuse(PlacementAnswer.NoneWithinTerms none) =>
        none.Losses.Keys.All(reason => reason is LossReason.Capability or LossReason.Expired or LossReason.Budget)
            ? new(RefusalKind.NoFunds, RefusalCodes.OverBudget, none.Losers.First(l => l.Reason == LossReason.Budget).Detail + ".", "Raise the budget with --budget, or leave it out.")
            : new(RefusalKind.NoOffer, RefusalCodes.NoneWithinTerms, Detail(none));

    private static string Detail(PlacementAnswer.NoneWithinTerms none) =>
        none.Losers.FirstOrDefault(l => l.Reason is not (LossReason.Capability or LossReason.Expired)) is { } loser ? $"{none.Why} The first: {loser.Detail}." : none.Why;
}
