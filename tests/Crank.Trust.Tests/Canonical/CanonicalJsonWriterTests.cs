using System.Text;
using Crank.Trust.Canonical;

namespace Crank.Trust.Tests.Canonical;

public sealed class CanonicalJsonWriterTests
{
    private readonly CanonicalJsonWriter _json = new();

    [Fact]
    public void A_document_is_written_as_it_is_told()
    {
        _json.StartObject();
        _json.Name("array"u8);
        _json.StartArray();
        _json.Number(1);
        _json.Number(-0.5);
        _json.Boolean(false);
        _json.Null();
        _json.EndArray();
        _json.Name("bytes"u8);
        _json.Base64String([0xff, 0]);
        _json.Name("é\n");
        _json.String("ü\u0001");
        _json.EndObject();
        Assert.Equal("{\"array\":[1,-0.5,false,null],\"bytes\":\"/wA=\",\"é\\n\":\"ü\\u0001\"}", Encoding.UTF8.GetString(_json.Written));
        Assert.True(CanonicalJson.IsCanonical(_json.Written));
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    [InlineData("\ufb33", "\ud83d\ude00")]
    public void A_name_out_of_order_is_refused(string first, string second)
    {
        _json.StartObject();
        _json.Name(first);
        _json.Null();
        Assert.Throws<InvalidOperationException>(() => _json.Name(second));
    }

    [Fact]
    public void A_literal_name_out_of_order_is_refused_after_a_name_of_either_kind()
    {
        _json.StartObject();
        _json.Name("b"u8);
        _json.Null();
        Assert.Throws<InvalidOperationException>(() => _json.Name("a"u8));
        _json.Name("é");
        _json.Null();
        Assert.Throws<InvalidOperationException>(() => _json.Name("z"u8));
    }

    [Fact]
    public void A_document_that_is_not_json_cannot_be_written()
    {
        Assert.Throws<InvalidOperationException>(() => _json.Name("a"u8));
        Assert.Throws<InvalidOperationException>(_json.EndObject);
        _json.StartObject();
        Assert.Throws<InvalidOperationException>(_json.Null);
        Assert.Throws<InvalidOperationException>(_json.EndArray);
        _json.Name("a"u8);
        Assert.Throws<InvalidOperationException>(_json.EndObject);
        _json.Null();
        _json.EndObject();
        Assert.Throws<InvalidOperationException>(_json.Null);
        _json.Reset();
        _json.Null();
    }

    [Fact]
    public void Numbers_that_a_reader_would_round_are_refused()
    {
        _json.Number(CanonicalJsonWriter.MaxInteger);
        _json.Reset();
        Assert.Throws<ArgumentOutOfRangeException>(() => _json.Number(CanonicalJsonWriter.MaxInteger + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _json.Number(-CanonicalJsonWriter.MaxInteger - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _json.Number(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => _json.Number(double.PositiveInfinity));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Assert.ThrowsAny<ArgumentException>(() => _json.String("\ud800"));

    [Fact]
    public void A_warm_writer_allocates_nothing()
    {
        void Write()
        {
            _json.Reset();
            _json.StartObject();
            _json.Name("number"u8);
            _json.Number(0.1);
            _json.Name("text"u8);
            _json.String("some text\n");
            _json.EndObject();
        }

        Write();
        Write();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
