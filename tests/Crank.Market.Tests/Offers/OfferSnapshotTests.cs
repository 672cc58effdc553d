using System.Text;
using Crank.Core;
using CsCheck;

namespace Crank.Market.Tests.Offers;

public sealed class OfferSnapshotTests
{
    private static readonly Price s_free = Some.PerJob(0);

    [Fact]
    public void The_written_form_is_canonical_and_never_changes()
    {
        var offer = Some.Offer(1) with
        {
            Zone = Zone.Parse("de"),
            Latency = Duration.Parse("250ms"),
            JoulesPerJob = new(0.00001),
            Intensity = new(380),
            Reliability = 0.75,
        };
        var snapshot = OfferSnapshot.Of([offer, Some.Offer(0)]);
        Assert.Equal(
            """{"format":"crank-offers-1","offers":[{"capability":"doc.convert@1.2.0","expiresAt":"639079668000000000","id":"00000000000000000000000001","isolation":"process+env+rlimits+seccomp+landlock-7","node":"local","price":{"currency":"EUR","lines":[{"amount":"0.001 EUR","per":"job"}]},"provider":"provider/local"},"""
            + """{"capability":"doc.convert@1.2.0","expiresAt":"639079668000000000","id":"00000000000000000000000002","intensity":"380","isolation":"process+env+rlimits+seccomp+landlock-7","joulesPerJob":"1E-05","latency":"250ms","node":"local","price":{"currency":"EUR","lines":[{"amount":"0.001 EUR","per":"job"}]},"provider":"provider/local","reliability":"0.75","zone":"de"}]}""",
            Encoding.UTF8.GetString(snapshot.Content.Span));
        Assert.Equal(Digest.Of(snapshot.Content.Span), snapshot.Digest);
    }

    [Fact]
    public void A_snapshot_reads_back_from_its_bytes() => Some.ManyOffers.Sample(offers =>
    {
        var snapshot = OfferSnapshot.Of(offers);
        var read = OfferSnapshot.Read(snapshot.Content);
        return read.Digest == snapshot.Digest
            && read.Offers.Select(Flat).SequenceEqual(snapshot.Offers.Select(Flat))
            && read.Offers.Zip(snapshot.Offers).All(p => p.First.Price.Lines.SequenceEqual(p.Second.Price.Lines));
    });

    [Fact]
    public void The_same_offers_in_any_order_make_the_same_snapshot() => Some.ManyOffers.Sample(offers =>
        OfferSnapshot.Of(offers).Digest == OfferSnapshot.Of(offers.Reverse()).Digest);

    [Fact]
    public void Two_offers_of_one_id_are_refused() => Assert.Throws<ArgumentException>(() => OfferSnapshot.Of([Some.Offer(1), Some.Offer(1)]));

    [Fact]
    public void One_offer_too_many_is_refused() =>
        Assert.Throws<ArgumentException>(() => OfferSnapshot.Of(Enumerable.Range(0, OfferSnapshot.MaxOffers + 1).Select(i => Some.Offer(i))));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"format":"crank-offers-2","offers":[]}""")]
    [InlineData("""{"format":"crank-offers-1","offers":{}}""")]
    [InlineData("""{"format":"crank-offers-1","offers":[null]}""")]
    [InlineData("""{"format":"crank-offers-1","offers":[{}]}""")]
    [InlineData("""{"format":"crank-offers-1", "offers":[]}""")]
    [InlineData("""{"format":"crank-offers-1","offers":[],"more":1}""")]
    public void Bytes_that_no_snapshot_wrote_are_refused(string text) =>
        Assert.Throws<FormatException>(() => OfferSnapshot.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void No_byte_can_be_changed_unseen()
    {
        var content = OfferSnapshot.Of([Some.Offer(1) with { Reliability = 0.5 }]).Content.ToArray();
        for (var i = 0; i < content.Length; i++)
        {
            var changed = content.ToArray();
            changed[i] ^= 1;
            try
            {
                Assert.NotEqual(Digest.Of(content), OfferSnapshot.Read(changed).Digest);
            }
            catch (FormatException)
            {
                // refused is as good as seen
            }
        }
    }

    private static Offer Flat(Offer offer) => offer with { Price = s_free };
}
