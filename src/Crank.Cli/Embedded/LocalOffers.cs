using System.Security.Cryptography;
using System.Text;
using Crank.Core;
using Crank.Ledger;
using Crank.Market;

namespace Crank.Cli.Embedded;

/// <summary>What this machine offers: each capability at its price, in the isolation that its workers proved.</summary>
internal static class LocalOffers
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(2);

    /// <summary>Makes the offers. The same facts on the same day give the same offers, so that many jobs share one snapshot.</summary>
    public static OfferSnapshot Of(IEnumerable<Capability> capabilities, Isolation isolation, Zone zone, DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return OfferSnapshot.Of(capabilities.Select(c => new Offer(
            new(Id(c, isolation, zone, today)), c.Id, NodeId.Local, Opening.LocalProvider, c.Price, isolation, today + s_lifetime, zone == Zone.Unknown ? null : zone)));
    }

    private static SortableId Id(Capability capability, Isolation isolation, Zone zone, DateTimeOffset day)
    {
        var price = string.Join(';', capability.Price.Lines.Select(l => $"{l.Per}={l.Amount}"));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{capability.Id}|{price}|{isolation}|{zone}"));
        return new(((UInt128)(ulong)day.ToUnixTimeMilliseconds() << 80) | (System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash) >> 48));
    }
}
