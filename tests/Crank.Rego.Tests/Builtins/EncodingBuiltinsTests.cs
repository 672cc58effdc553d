namespace Crank.Rego.Tests.Builtins;

public sealed class EncodingBuiltinsTests
{
    [Theory]
    [InlineData("json.marshal", """[{"b": "<a>", "a": [1.0]}]""", "{\"a\":[1.0],\"b\":\"\\u003ca\\u003e\"}")]
    [InlineData("json.marshal_with_options", """[{"a": [1, {}]}, {"indent": " ", "prefix": "|"}]""", "|{\n| \"a\": [\n|  1,\n|  {}\n| ]\n|}")]
    [InlineData("json.marshal_with_options", """[[1], {"pretty": false, "indent": "x"}]""", "[1]")]
    [InlineData("base64.encode", """["hé?"]""", "aMOpPw==")]
    [InlineData("base64.decode", """["aMOp\nPw=="]""", "hé?")]
    [InlineData("base64url.encode", """["a?>"]""", "YT8-")]
    [InlineData("base64url.encode_no_pad", """["ab"]""", "YWI")]
    [InlineData("base64url.decode", """["YWI"]""", "ab")]
    [InlineData("hex.encode", """["hé"]""", "68c3a9")]
    [InlineData("hex.decode", """["68C3a9"]""", "hé")]
    [InlineData("urlquery.encode", """["a b/é~"]""", "a+b%2F%C3%A9~")]
    [InlineData("urlquery.decode", """["a+b%2F"]""", "a b/")]
    [InlineData("urlquery.encode_object", """[{"b": "1", "a": ["x", "y z"]}]""", "a=x&a=y+z&b=1")]
    public void Text_is_encoded_and_decoded(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Call(name, arguments).AsString());

    [Theory]
    [InlineData("json.unmarshal", """["{\"a\": 1.0}"]""", """{"a":1.0}""")]
    [InlineData("json.is_valid", """["{"]""", "false")]
    [InlineData("json.is_valid", "[1]", "false")]
    [InlineData("base64.is_valid", """["YQ="]""", "false")]
    [InlineData("base64.is_valid", """["YQ=="]""", "true")]
    [InlineData("urlquery.decode_object", """["a=1&b&a=2"]""", """{"a":["1","2"],"b":[""]}""")]
    [InlineData("uri.parse", """["https://u:p@Example.com:8080/a%2Fb?q=1#f"]""", """{"fragment":"f","hostname":"Example.com","path":"/a/b","port":"8080","raw_path":"/a%2Fb","raw_query":"q=1","scheme":"https"}""")]
    [InlineData("uri.parse", """["mailto:a@b"]""", """{"scheme":"mailto"}""")]
    [InlineData("uri.parse", """["//[fe80::1%25en0]:80/"]""", """{"hostname":"fe80::1%en0","path":"/","port":"80","raw_path":"/"}""")]
    [InlineData("uri.is_valid", """["http://[invalid"]""", "false")]
    [InlineData("uri.is_valid", """["a b"]""", "true")]
    public void Documents_and_addresses_are_taken_apart(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Fact]
    public void Bytes_that_are_no_text_survive_from_one_encoding_to_the_next()
    {
        var decoded = Calls.Call("base64.decode", """["/wD+4oKsgA=="]""");
        var encoded = Crank.Rego.Builtins.BuiltinLibrary.Find("hex.encode")!.Run(Calls.Context(), [decoded]);
        Assert.Equal("ff00fee282ac80", encoded.AsString());
    }

    [Theory]
    [InlineData("base64.decode", """["Y!=="]""", "illegal base64 data at input byte 1")]
    [InlineData("base64url.decode", """["Y"]""", "illegal base64url string: Y")]
    [InlineData("hex.decode", """["0g"]""", "encoding/hex: invalid byte: U+0067 'g'")]
    [InlineData("hex.decode", """["012"]""", "encoding/hex: odd length hex string")]
    [InlineData("urlquery.decode", """["%zz"]""", "invalid URL escape \"%zz\"")]
    [InlineData("uri.parse", """["http://a<b@example.com/"]""", "parse \"http://a<b@example.com/\": net/url: invalid userinfo")]
    [InlineData("uri.parse", """[":a"]""", "parse \":a\": missing protocol scheme")]
    public void Broken_encodings_are_refused_in_the_words_of_go(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Error(name, arguments));
}
