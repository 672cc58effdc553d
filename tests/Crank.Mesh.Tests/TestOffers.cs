using Crank.Core;
using Crank.Market;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Place;

namespace Crank.Mesh.Tests;

/// <summary>The offers of a test mesh, which may be replaced before and after it has opened.</summary>
internal sealed class TestOffers(OfferSnapshot first)
{
    private OfferSnapshot _offers = first;
    private OfferBook? _book;

    public OfferBook Book => _book ?? throw new InvalidOperationException("The mesh has not opened.");

    public OfferBook Open(Capability capability) => _book = new(new CapabilityCatalogue([capability]), _offers);

    public void Replace(OfferSnapshot offers)
    {
        _offers = offers;
        _book?.Replace(offers);
    }
}
