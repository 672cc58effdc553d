using System.Collections.Frozen;
using Crank.Core;
using Crank.Market;
using Crank.Mesh.Catalogue;
using Crank.Storage;

namespace Crank.Mesh.Place;

/// <summary>Capabilities and offers at one moment, with the row that keeps the offers for whoever wants to make a choice again.</summary>
internal sealed class OfferPage
{
    private readonly FrozenDictionary<OfferId, Offer> _byId;
    private readonly FrozenDictionary<CapabilityVersion, DateTimeOffset> _until;

    public OfferPage(CapabilityCatalogue catalogue, OfferSnapshot offers)
    {
        (Catalogue, Offers, Row) = (catalogue, offers, new(offers.Digest, offers.Content.ToArray()));
        _byId = offers.Offers.ToFrozenDictionary(o => o.Id);
        _until = offers.Offers.GroupBy(o => o.Capability).ToFrozenDictionary(g => g.Key, g => g.Max(o => o.ExpiresAt));
    }

    public CapabilityCatalogue Catalogue { get; }

    public OfferSnapshot Offers { get; }

    public SnapshotRow Row { get; }

    public Offer Find(OfferId offer) => _byId[offer];

    /// <summary>True when somebody offers that very version.</summary>
    public bool IsOffered(CapabilityVersion capability, DateTimeOffset now) => _until.TryGetValue(capability, out var until) && until > now;
}
