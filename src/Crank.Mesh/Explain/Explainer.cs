using Crank.Core;
using Crank.Market;
using Crank.Mesh.Path;
using Crank.Mesh.Place;
using Crank.Mesh.Receipts;
using Crank.Storage;
using Crank.Trust.Statements;

namespace Crank.Mesh.Explain;

/// <summary>Makes a placement again from its receipt and the offer snapshot that the receipt names, with nothing else.</summary>
public static class Explainer
{
    /// <summary>Explains one job.</summary>
    /// <returns>Null when the job has no receipt.</returns>
    /// <exception cref="InvalidDataException">The stored receipt cannot be read.</exception>
    public static Explanation? Explain(IStore store, JobId job)
    {
        if (StoredReceipts.Read(store, job) is not { } receipt)
        {
            return null;
        }

        var content = receipt.Plan is { } plan ? store.FindSnapshot(plan.Snapshot) : null;
        var share = store.FindJob(job) is { } row ? JobFacts.Decode(row).Asked.Share : null;
        return (content is null ? new(receipt, null, false) : Explain(receipt, OfferSnapshot.Read(content))) with { Share = share };
    }

    /// <summary>Explains a receipt with the snapshot it names. Pure.</summary>
    public static Explanation Explain(Receipt receipt, OfferSnapshot snapshot)
    {
        if (receipt is not { Plan: { } plan, Decision: { } decision })
        {
            return new(receipt, null, false);
        }

        // What started later was placed then, within its promise.
        var (promised, placedAt) = receipt.Promise is { StartedAt: { } started } promise ? (promise.Ceiling, started) : ((Money?)null, receipt.AcceptedAt);
        var question = PlacementQuestions.Of(
            receipt.Capability, PlacementQuestions.Within(receipt.Terms, promised), decision.Constraints, plan.Units, receipt.Charge.Held.Currency, placedAt);
        var again = Placement.Place(question, snapshot, Scorers.BuiltIn) is PlacementAnswer.Placed placed ? placed.Plan : null;
        return new(receipt, again, again is not null && Same(receipt, plan, again));
    }

    /// <summary>Two plans are the same when a receipt with either has the same bytes.</summary>
    private static bool Same(Receipt receipt, Plan plan, Plan again) =>
        ReceiptStatement.Encode(receipt with { Plan = plan }).AsSpan().SequenceEqual(ReceiptStatement.Encode(receipt with { Plan = again }));
}
