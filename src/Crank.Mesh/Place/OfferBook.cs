using Crank.Market;
using Crank.Mesh.Catalogue;

namespace Crank.Mesh.Place;

/// <summary>What can be run and who offers it, as one immutable snapshot that is replaced whole while the mesh runs. A job reads it once for each step that needs it.</summary>
public sealed class OfferBook
{
    private readonly Lock _gate = new();
    private volatile OfferPage _current;

    /// <param name="catalogue">The capabilities, also those that nobody offers now.</param>
    /// <param name="offers">The offers.</param>
    public OfferBook(CapabilityCatalogue catalogue, OfferSnapshot offers) => _current = new(catalogue, offers);

    /// <summary>The capabilities known now.</summary>
    public CapabilityCatalogue Catalogue => _current.Catalogue;

    /// <summary>The offers in force.</summary>
    public OfferSnapshot Offers => _current.Offers;

    /// <summary>The snapshot in force.</summary>
    internal OfferPage Current => _current;

    /// <summary>Puts another snapshot in force for the jobs that come from now on.</summary>
    public void Replace(CapabilityCatalogue catalogue, OfferSnapshot offers)
    {
        lock (_gate)
        {
            _current = new(catalogue, offers);
        }
    }

    /// <summary>Puts other offers of the same capabilities in force.</summary>
    public void Replace(OfferSnapshot offers)
    {
        lock (_gate)
        {
            _current = new(_current.Catalogue, offers);
        }
    }
}
