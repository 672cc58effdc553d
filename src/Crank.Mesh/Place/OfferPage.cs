using System.Collections.Frozen;
using Crank.Core;
using Crank.Market;
using Crank.Storage;

namespace Crank.Mesh.Place;

/// <summary>A snapshot with the row that keeps it for whoever wants to make a choice again.</summary>
internal sealed class OfferPage(OfferSnapshot offers)
{
    private readonly FrozenDictionary<OfferId, Offer> _byId = offers.Offers.ToFrozenDictionary(o => o.Id);

    public OfferSnapshot Offers { get; } = offers;

    public SnapshotRow Row { get; } = new(offers.Digest, offers.Content.ToArray());

    public Offer Find(OfferId offer) => _byId[offer];
}
