using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Place;
using Crank.Mesh.Tenants;

namespace Crank.Mesh;

/// <summary>A request up to where its money is to be held: placed, or answered already.</summary>
/// <param name="Placed">The job; null when the request was answered.</param>
/// <param name="Facts">What its receipt will say.</param>
/// <param name="Payer">Who pays.</param>
/// <param name="Offers">The offers that were looked at.</param>
/// <param name="First">The job that the same request under the same key became earlier; null for none.</param>
/// <param name="Report">The refusal; null when there is none.</param>
internal sealed record Prepared(PlacedJob? Placed, JobFacts? Facts, Payer? Payer, OfferPage? Offers, JobId? First, JobReport? Report)
{
    public static Prepared Repeats(JobId first) => new(null, null, null, null, first, null);

    public static Prepared Answered(JobReport report) => new(null, null, null, null, null, report);
}
