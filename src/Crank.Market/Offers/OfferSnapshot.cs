using System.Collections.Frozen;
using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Market;

/// <summary>The offers at one moment: immutable, in the order of their ids, named by the digest of their canonical bytes.</summary>
/// <remarks>At most <see cref="MaxOffers"/>. The same offers in any order make the same snapshot.</remarks>
public sealed class OfferSnapshot
{
    /// <summary>The most offers that a snapshot holds.</summary>
    public const int MaxOffers = 100_000;

    private readonly FrozenDictionary<CapabilityName, Listing[]> _byCapability;

    private OfferSnapshot(ImmutableArray<Offer> offers, ReadOnlyMemory<byte> content)
    {
        Offers = offers;
        Content = content;
        Digest = Digest.Of(content.Span);
        _byCapability = offers.GroupBy(o => o.Capability.Name).ToFrozenDictionary(g => g.Key, g => g.Select(o => new Listing(o)).ToArray());
    }

    /// <summary>No offers at all.</summary>
    public static OfferSnapshot Empty { get; } = Of([]);

    /// <summary>The offers, in the order of their ids.</summary>
    public ImmutableArray<Offer> Offers { get; }

    /// <summary>The canonical bytes (RFC 8785): what is stored, so that a choice can be explained later.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The digest of <see cref="Content"/>, which plans name.</summary>
    public Digest Digest { get; }

    /// <summary>Takes offers in any order.</summary>
    /// <exception cref="ArgumentException">Two offers have one id, or there are too many.</exception>
    public static OfferSnapshot Of(IEnumerable<Offer> offers)
    {
        ImmutableArray<Offer> ordered = [.. offers.OrderBy(o => o.Id)];
        if (ordered.Length > MaxOffers)
        {
            throw new ArgumentException($"A snapshot holds at most {MaxOffers} offers, not {ordered.Length}.", nameof(offers));
        }

        for (var i = 1; i < ordered.Length; i++)
        {
            if (ordered[i].Id == ordered[i - 1].Id)
            {
                throw new ArgumentException($"Two offers have the id {ordered[i].Id}.", nameof(offers));
            }
        }

        return new(ordered, SnapshotFormat.Write(ordered));
    }

    /// <summary>Reads stored bytes.</summary>
    /// <exception cref="FormatException">Not the bytes of a snapshot, exactly as they were written.</exception>
    public static OfferSnapshot Read(ReadOnlyMemory<byte> content)
    {
        var snapshot = Of(SnapshotFormat.Read(content));
        return snapshot.Content.Span.SequenceEqual(content.Span)
            ? snapshot
            : throw new FormatException("These offers are not written in their one canonical form; they were changed after they were stored.");
    }

    internal ReadOnlySpan<Listing> For(CapabilityName capability) => _byCapability.TryGetValue(capability, out var listings) ? listings : [];
}
