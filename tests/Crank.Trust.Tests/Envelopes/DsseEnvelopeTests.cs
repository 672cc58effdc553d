using System.Text;
using Crank.Trust.Canonical;
using Crank.Trust.Envelopes;
using Crank.Trust.Keys;

namespace Crank.Trust.Tests.Envelopes;

public sealed class DsseEnvelopeTests
{
    private static readonly SigningKey Key = SigningKey.FromSeed("mesh", new byte[32]);

    [Fact]
    public void What_is_signed_names_type_and_lengths_in_bytes() =>
        Assert.Equal("DSSEv1 5 té/t 10 0123456789", Encoding.UTF8.GetString(DsseEnvelope.PreAuthenticationEncoding("té/t", "0123456789"u8)));

    [Fact]
    public void An_envelope_travels_as_canonical_json_and_comes_back()
    {
        var envelope = DsseEnvelope.Sign("text/plain", "hello"u8.ToArray(), Key);
        var bytes = envelope.Encode();
        Assert.True(CanonicalJson.IsCanonical(bytes));
        Assert.True(DsseEnvelope.TryParse(bytes, out var parsed, out _));
        Assert.Equal(bytes, parsed.Encode());
        Assert.True(parsed.IsSignedBy(Key.Public, Assert.Single(parsed.Signatures)));
        Assert.Equal(Key.Public.Id, parsed.Signatures[0].KeyId);
    }

    [Fact]
    public void The_signature_covers_type_and_payload()
    {
        var envelope = DsseEnvelope.Sign("text/plain", "hello"u8.ToArray(), Key);
        Assert.False((envelope with { PayloadType = "text/html" }).IsSignedBy(Key.Public, envelope.Signatures[0]));
        Assert.False((envelope with { Payload = "hellO"u8.ToArray() }).IsSignedBy(Key.Public, envelope.Signatures[0]));
        using var other = SigningKey.Generate("mesh");
        Assert.False(envelope.IsSignedBy(other.Public, envelope.Signatures[0]));
    }

    [Fact]
    public void An_absent_key_id_stays_absent()
    {
        Assert.True(DsseEnvelope.TryParse("{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}],\"more\":1}"u8.ToArray(), out var envelope, out _));
        Assert.Equal("{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}]}", Encoding.UTF8.GetString(envelope.Encode()));
    }

    [Theory]
    [InlineData("{\"payload\":\"AB==\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}]}")]
    [InlineData("{\"payload\":\"AA\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}]}")]
    [InlineData("{\"payload\":\"AA= =\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}]}")]
    [InlineData("{\"payload\":\"AA==\\n\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}]}")]
    [InlineData("{\"payload\":\"_-8=\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}]}")]
    [InlineData("{\"payload\":\"AA==\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AB==\"}]}")]
    [InlineData("{\"payload\":\"AA==\",\"payload\":\"AA==\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}]}")]
    [InlineData("{\"payload\":\"AA==\",\"payloadType\":\"t\",\"signatures\":[]}")]
    [InlineData("{\"payload\":\"AA==\",\"payloadType\":null,\"signatures\":[{\"sig\":\"AA==\"}]}")]
    [InlineData("{\"payload\":\"AA==\",\"signatures\":[{\"sig\":\"AA==\"}]}")]
    [InlineData("{\"payload\":1,\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}]}")]
    [InlineData("[]")]
    [InlineData("{")]
    public void A_malformed_envelope_is_refused_with_a_reason(string json)
    {
        Assert.False(DsseEnvelope.TryParse(Encoding.UTF8.GetBytes(json), out _, out var why));
        Assert.NotEmpty(why);
    }

    [Fact]
    public void Payload_and_signatures_have_a_limit()
    {
        Assert.Throws<ArgumentException>(() => DsseEnvelope.Sign("t", new byte[DsseEnvelope.MaxPayloadBytes + 1], Key));
        var largest = DsseEnvelope.Sign("t", new byte[DsseEnvelope.MaxPayloadBytes], Key);
        Assert.True(DsseEnvelope.TryParse(largest.Encode(), out _, out _));
        Assert.False(DsseEnvelope.TryParse((largest with { Payload = new byte[DsseEnvelope.MaxPayloadBytes + 1] }).Encode(), out _, out _));
        Assert.False(DsseEnvelope.TryParse(new byte[3 * DsseEnvelope.MaxPayloadBytes], out _, out _));

        var signature = largest.Signatures[0];
        var many = new DsseEnvelope("t", new byte[1], [.. Enumerable.Repeat(signature, DsseEnvelope.MaxSignatures)]);
        Assert.True(DsseEnvelope.TryParse(many.Encode(), out _, out _));
        Assert.False(DsseEnvelope.TryParse((many with { Signatures = [.. many.Signatures, signature] }).Encode(), out _, out _));
    }
}
