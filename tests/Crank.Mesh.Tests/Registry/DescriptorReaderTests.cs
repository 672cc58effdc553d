using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Mesh.Registry;

namespace Crank.Mesh.Tests.Registry;

public sealed class DescriptorReaderTests
{
    [Fact]
    public void What_a_worker_describes_is_read_and_priced_in_the_currency_of_the_mesh()
    {
        var read = DescriptorReader.Read(Describe(_ => { }), Currency.Parse("USD"));

        var capability = Assert.Single(read);
        Assert.Equal(TestMesh.Echo.Id, capability.Id);
        Assert.Equal(TestMesh.Echo.Limits.Deadline, capability.Limits.Deadline);
        Assert.Equal("0.001 USD", capability.Price.Lines[0].Amount.ToString());
        Assert.Equal(TestMesh.Echo.Errors[0], capability.Errors[0]);
    }

    [Theory]
    [InlineData("""{"id":"Echo"}""", "not a JSON array of capabilities")]
    [InlineData("""{"summary":""}""", "its summary")]
    [InlineData("""{"input":true}""", "its input schema is an object")]
    [InlineData("""{"output":{"tpye":"object"}}""", "The output schema of echo@1.0.0 does not hold")]
    [InlineData("""{"limits":null}""", "not a JSON array of capabilities")]
    [InlineData("""{"limits":{"input":0,"output":1,"memory":1,"deadline":"1s","units":{}}}""", "limits are above zero")]
    [InlineData("""{"limits":{"input":1,"output":1,"memory":1,"deadline":"9d","units":{}}}""", "its deadline")]
    [InlineData("""{"price":{"currency":"EUR","lines":[{"per":"page","amount":"0.1 EUR"}]}}""", "names no maximum")]
    [InlineData("""{"price":{"currency":"EUR","lines":[{"per":"job","amount":"2000000.0 EUR"}]}}""", "an amount of its price")]
    [InlineData("""{"errors":[{"code":"x","meaning":"","retryable":false}]}""", "it declares at most")]
    public void What_does_not_hold_is_named(string change, string said)
    {
        var wrong = Assert.Throws<FormatException>(() => DescriptorReader.Read(Describe(c =>
        {
            foreach (var member in JsonNode.Parse(change)!.AsObject())
            {
                c[member.Key] = member.Value?.DeepClone();
            }
        }), Currency.Eur));
        Assert.Contains(said, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[null]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("")]
    public void What_is_no_list_of_capabilities_is_refused(string json) =>
        Assert.Throws<FormatException>(() => DescriptorReader.Read(Encoding.UTF8.GetBytes(json), Currency.Eur));

    [Fact]
    public void Too_much_is_refused_before_it_is_compiled()
    {
        Assert.Contains("bytes", Assert.Throws<FormatException>(() => DescriptorReader.Read(new byte[DescriptorReader.MaxBytes + 1], Currency.Eur)).Message, StringComparison.Ordinal);
        var large = Describe(c => c["input"] = new JsonObject { ["description"] = new string('x', DescriptorReader.MaxSchemaBytes) });
        Assert.Contains("input schema", Assert.Throws<FormatException>(() => DescriptorReader.Read(large, Currency.Eur)).Message, StringComparison.Ordinal);
        var many = new JsonArray([.. Enumerable.Range(0, DescriptorReader.MaxCapabilities + 1).Select(i => (JsonNode)Json($"echo-{i}@1.0.0"))]);
        Assert.Contains("1 to 64 capabilities", Assert.Throws<FormatException>(() => DescriptorReader.Read(Encoding.UTF8.GetBytes(many.ToJsonString()), Currency.Eur)).Message, StringComparison.Ordinal);
        var twice = new JsonArray(Json("echo@1.0.0"), Json("echo@1.1.0"));
        Assert.Contains("twice", Assert.Throws<FormatException>(() => DescriptorReader.Read(Encoding.UTF8.GetBytes(twice.ToJsonString()), Currency.Eur)).Message, StringComparison.Ordinal);
    }

    private static JsonObject Json(string id)
    {
        var json = JsonSerializer.SerializeToNode(TestMesh.Echo, JsonSerializerOptions.Web)!.AsObject();
        json["id"] = id;
        return json;
    }

    private static byte[] Describe(Action<JsonObject> change)
    {
        var json = Json("echo@1.0.0");
        change(json);
        return Encoding.UTF8.GetBytes(new JsonArray(json).ToJsonString());
    }
}
