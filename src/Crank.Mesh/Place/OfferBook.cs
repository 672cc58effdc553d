using Crank.Market;

namespace Crank.Mesh.Place;

/// <summary>The offers that Place looks at: an immutable snapshot, replaced whole.</summary>
public sealed class OfferBook(OfferSnapshot offers)
{
    private volatile OfferPage _current = new(offers);

    /// <summary>The snapshot in force, read once per job.</summary>
    internal OfferPage Current => _current;

    /// <summary>Puts another snapshot in force for the jobs that come from now on.</summary>
    public void Replace(OfferSnapshot snapshot) => _current = new(snapshot);
}
