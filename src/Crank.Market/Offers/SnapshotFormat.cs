using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Crank.Core;

namespace Crank.Market;

/// <summary>The one written form of offers: RFC 8785 by construction, since members are written in order and every value is a plain ASCII string.</summary>
internal static class SnapshotFormat
{
    private const string Name = "crank-offers-1";
    private const int MaxBytes = 128 << 20;
    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // RFC 8785 writes + as itself; nothing here is put into HTML

    internal static ReadOnlyMemory<byte> Write(ImmutableArray<Offer> offers)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256 + (offers.Length * 512));
        using var json = new Utf8JsonWriter(buffer, s_writing);
        json.WriteStartObject();
        json.WriteString("format", Name);
        json.WriteStartArray("offers");
        foreach (var offer in offers)
        {
            Write(json, offer);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <exception cref="FormatException">Not such bytes.</exception>
    internal static IEnumerable<Offer> Read(ReadOnlyMemory<byte> content)
    {
        if (content.Length > MaxBytes)
        {
            throw new FormatException($"A snapshot of offers has at most {MaxBytes} bytes, not {content.Length}.");
        }

        try
        {
            using var document = JsonDocument.Parse(content, new() { MaxDepth = 8 });
            var root = document.RootElement;
            if (root.GetProperty("format").GetString() != Name)
            {
                throw new FormatException($"These offers are not in the format {Name}; read them with the version that wrote them.");
            }

            return [.. root.GetProperty("offers").EnumerateArray().Select(Read)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"These are not offers in the format {Name}: {e.Message}", e);
        }
    }

    private static void Write(Utf8JsonWriter json, Offer offer)
    {
        json.WriteStartObject();
        json.WriteString("capability", offer.Capability.ToString());
        json.WriteString("expiresAt", offer.ExpiresAt.UtcTicks.ToString(CultureInfo.InvariantCulture));
        json.WriteString("id", offer.Id.ToString());
        Write(json, "intensity", offer.Intensity?.ToString());
        json.WriteString("isolation", offer.Isolation.Value);
        Write(json, "joulesPerJob", offer.JoulesPerJob?.ToString());
        Write(json, "latency", offer.Latency?.ToString());
        json.WriteString("node", offer.Node.Value);
        json.WriteStartObject("price");
        json.WriteString("currency", offer.Price.Currency.Code);
        json.WriteStartArray("lines");
        foreach (var line in offer.Price.Lines)
        {
            json.WriteStartObject();
            json.WriteString("amount", line.Amount.ToString());
            json.WriteString("per", line.Per.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("provider", offer.Provider.Value);
        Write(json, "reliability", offer.Reliability?.ToString("R", CultureInfo.InvariantCulture));
        Write(json, "zone", offer.Zone?.Value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string member, string? value)
    {
        if (value is not null)
        {
            json.WriteString(member, value);
        }
    }

    private static Offer Read(JsonElement json)
    {
        var price = json.GetProperty("price");
        return new(
            OfferId.Parse(Text(json, "id")),
            CapabilityVersion.Parse(Text(json, "capability")),
            NodeId.Parse(Text(json, "node")),
            AccountId.Parse(Text(json, "provider")),
            new(
                Currency.Parse(Text(price, "currency")),
                [.. price.GetProperty("lines").EnumerateArray().Select(l => new PriceLine(Unit.Parse(Text(l, "per")), Money.Parse(Text(l, "amount"))))]),
            Isolation.Parse(Text(json, "isolation")),
            new(long.Parse(Text(json, "expiresAt"), NumberStyles.None, CultureInfo.InvariantCulture), TimeSpan.Zero),
            Optional<Zone>(json, "zone"),
            Optional<Duration>(json, "latency"),
            Optional<Joules>(json, "joulesPerJob"),
            Optional<GramsCo2ePerKwh>(json, "intensity"),
            Optional<double>(json, "reliability"));
    }

    private static string Text(JsonElement json, string member) =>
        json.GetProperty(member).GetString() ?? throw new FormatException($"The member {member} is null.");

    private static T? Optional<T>(JsonElement json, string member)
        where T : struct, IParsable<T> =>
        json.TryGetProperty(member, out _) ? T.Parse(Text(json, member), CultureInfo.InvariantCulture) : null;
}
