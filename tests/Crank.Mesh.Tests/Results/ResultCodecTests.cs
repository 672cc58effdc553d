using System.Collections.Immutable;
using System.Text;
using Crank.Core;
using Crank.Mesh.Results;
using Crank.Mesh.Run;
using CsCheck;

namespace Crank.Mesh.Tests.Results;

public sealed class ResultCodecTests
{
    private static readonly Gen<Delivery> s_delivery = Gen.Select(
        Gen.String[0, 200], Gen.Select(Gen.String[0, 40], Gen.Byte.Array[0, 300]).List[0, 5], (text, blobs) =>
        {
            var json = JsonOf(text);
            return new Delivery(
                json,
                blobs.Select(b => new OutputBlob(Text(b.Item1), b.Item2)).DistinctBy(b => b.Digest).ToImmutableDictionary(b => b.Digest),
                Digest.Of(json));
        });

    [Fact]
    public void What_is_encoded_is_decoded_again()
    {
        s_delivery.Sample(delivery =>
        {
            var bytes = ResultCodec.Encode(delivery);
            var again = ResultCodec.Decode(bytes);
            Assert.Equal(delivery.Digest, again.Digest);
            Assert.Equal(delivery.Json.ToArray(), again.Json.ToArray());
            Assert.Equal(delivery.Blobs.Keys.ToHashSet(), again.Blobs.Keys.ToHashSet());
            Assert.All(delivery.Blobs, b => Assert.Equal((b.Value.MediaType, Convert.ToHexString(b.Value.Memory.Span)), (again.Blobs[b.Key].MediaType, Convert.ToHexString(again.Blobs[b.Key].Memory.Span))));
            Assert.Equal(bytes, ResultCodec.Encode(again));
        }, iter: 1_000);
    }

    [Fact]
    public void Hostile_bytes_are_refused_in_one_way()
    {
        Gen.Select(s_delivery, Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Int[0, 3]).Sample((delivery, at, value, how) =>
        {
            var bytes = ResultCodec.Encode(delivery);
            at %= bytes.Length;
            byte[] hostile = how switch
            {
                0 => [.. bytes.AsSpan(0, at), value, .. bytes.AsSpan(at + 1)],
                1 => bytes[..at],
                2 => [.. bytes, value],
                _ => [value, .. bytes],
            };
            try
            {
                ResultCodec.Decode(hostile);
            }
            catch (InvalidDataException)
            {
                // The one way.
            }
        }, iter: 5_000);
    }

    [Theory]
    [InlineData("""{"json":0,"blobs":[]}""", 1)]
    [InlineData("""{"json":-1,"blobs":[]}""", 0)]
    [InlineData("""{"json":1,"blobs":[]}""", 0)]
    [InlineData("""{"json":2147483648,"blobs":[]}""", 0)]
    [InlineData("""{"json":0}""", 0)]
    [InlineData("""{"json":0,"blobs":{}}""", 0)]
    [InlineData("""{"json":0,"blobs":[{"digest":null,"mediaType":"a","length":0}]}""", 0)]
    [InlineData("""{"json":0,"blobs":[{"digest":"sha256:00","mediaType":"a","length":0}]}""", 0)]
    [InlineData("[]", 0)]
    [InlineData("", 0)]
    public void A_header_that_does_not_fit_is_refused(string header, int extra)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        Assert.Throws<InvalidDataException>(() => ResultCodec.Decode((byte[])[0, 0, 0, (byte)bytes.Length, .. bytes, .. new byte[extra]]));
    }

    [Fact]
    public void Two_blobs_of_one_digest_and_an_impossible_length_are_refused()
    {
        var digest = Digest.Of("a"u8);
        var twice = Encoding.UTF8.GetBytes($$"""{"json":0,"blobs":[{"digest":"{{digest}}","mediaType":"a","length":0},{"digest":"{{digest}}","mediaType":"b","length":0}]}""");
        Assert.Throws<InvalidDataException>(() => ResultCodec.Decode((byte[])[0, 0, (byte)(twice.Length >> 8), (byte)twice.Length, .. twice]));
        Assert.Throws<InvalidDataException>(() => ResultCodec.Decode((byte[])[0xff, 0xff, 0xff, 0xff]));
        Assert.Throws<InvalidDataException>(() => ResultCodec.Decode((byte[])[0x7f, 0xff, 0xff, 0xff, 0]));
        Assert.Throws<InvalidDataException>(() => ResultCodec.Decode(ReadOnlyMemory<byte>.Empty));
    }

    private static byte[] JsonOf(string text) => Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(text));

    /// <summary>Half a surrogate pair is no text.</summary>
    private static string Text(string any) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(any));
}
