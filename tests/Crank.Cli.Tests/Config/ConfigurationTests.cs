using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Config;
using Crank.Core;

namespace Crank.Cli.Tests.Config;

public sealed class ConfigurationTests
{
    [Fact]
    public void A_setting_comes_from_the_option_before_the_environment_before_the_file()
    {
        using var folder = new ConfigurationFolder("mesh:\n  zone: de\n  currency: USD\nlimits:\n  headersTimeout: 3s\n");
        var resolved = ConfigurationReader.Read(folder.File, name => name == "CRANK_ZONE" ? "fr" : name == "CRANK_CURRENCY" ? "CHF" : null, ["mesh.currency=SEK"]);

        Assert.Equal(("SEK", "fr"), (Configuration.Of(resolved).Currency.ToString(), Configuration.Of(resolved).Zone.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(3), GatewayBinding.Read(resolved.Values).Limits.HeadersTimeout);
        Assert.Equal(
            ["--set mesh.currency", "CRANK_ZONE", $"{folder.File}:5"],
            new[] { "/mesh/currency", "/mesh/zone", "/limits/headersTimeout" }.Select(p => resolved.Origins[p].Place));
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_its_place()
    {
        using var folder = new ConfigurationFolder("mesh:\n  zon: de\nlimits:\n  jsonDepth: 2\n  keepAlive: 5\n");
        var error = Assert.Throws<CliException>(() => ConfigurationReader.Read(folder.File, name => name == "CRANK_LIMITS_HEADERS" ? "many" : null, ["mesh.zome=de", "zone"]));

        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Equal(6, error.Message.Split('\n').Length);
        foreach (var part in (string[])[$"{folder.File}:2", "did you mean 'zone'", $"{folder.File}:4", $"{folder.File}:5", "CRANK_LIMITS_HEADERS", "did you mean 'mesh.zone'", "'zone' is not a setting"])
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("mesh: &a\n  zone: de\n", ":1: anchors and tags")]
    [InlineData("mesh: *a\n", ":1: ")]
    [InlineData("mesh: !!map {}\n", ":1: anchors and tags")]
    [InlineData("mesh:\n  zone: de\n  zone: fr\n", ":3: 'zone' stands twice")]
    [InlineData("mesh: {}\n---\nmesh: {}\n", "one document")]
    [InlineData("- mesh\n", "a mapping of sections")]
    [InlineData("mesh:\n\tzone: de\n", "tab")]
    public void What_is_no_configuration_is_refused_with_its_line(string text, string said) =>
        Assert.Contains(said, Assert.Throws<CliException>(() => ConfigurationFile.Parse("f", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_ends_at_a_bound() =>
        Assert.Contains("levels", Assert.Throws<CliException>(() => ConfigurationFile.Parse("f", "mesh: " + new string('[', 400) + new string(']', 400))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a", "\"a\"")]
    [InlineData("12", "12")]
    [InlineData("1.5", "1.5")]
    [InlineData("true", "true")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("~", "null")]
    [InlineData("10s", "\"10s\"")]
    [InlineData("[1, b]", "[1,\"b\"]")]
    public void Scalars_have_the_types_of_the_core_schema(string text, string json) =>
        Assert.Equal(json, ConfigurationFile.Parse("f", $"x: {text}\n").Values["x"]?.ToJsonString() ?? "null");

    [Fact]
    public void Every_option_of_the_gateway_stands_in_the_schema_and_the_other_way_round()
    {
        var options = Leaves(JsonSerializer.SerializeToNode(GatewayBinding.Show(new()))!.AsObject(), "").Order(StringComparer.Ordinal);
        var schema = ConfigurationSchema.Settings.Select(s => s.Pointer).Where(p => !p.StartsWith("/mesh/", StringComparison.Ordinal) && !p.StartsWith("/policy/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

        Assert.Equal(schema, options);
    }

    [Fact]
    public void Every_setting_of_the_policies_stands_in_the_schema_and_the_other_way_round()
    {
        var settings = Leaves(PolicyBinding.Show(new()), "/policy").Order(StringComparer.Ordinal);

        Assert.Equal(ConfigurationSchema.Settings.Select(s => s.Pointer).Where(p => p.StartsWith("/policy/", StringComparison.Ordinal)).Order(StringComparer.Ordinal), settings);
        Assert.Empty(ConfigurationSchema.Check(new() { ["policy"] = PolicyBinding.Show(new()) }));
    }

    [Fact]
    public void A_path_of_the_policies_is_meant_from_where_it_was_written()
    {
        using var folder = new ConfigurationFolder("policy:\n  folder: mine\n  key: keys/ops.pem\n");
        var settings = Configuration.Of(ConfigurationReader.Read(folder.File, _ => null, ["policy.key=here.pem"])).Policy;

        Assert.Equal((Path.Combine(Path.GetDirectoryName(folder.File)!, "mine"), "here.pem", null), (settings.Folder, settings.Key, settings.Bundle));
    }

    [Fact]
    public void The_defaults_of_the_gateway_fit_the_schema() =>
        Assert.Empty(ConfigurationSchema.Check(GatewayBinding.Show(new())));

    [Fact]
    public void A_section_that_may_be_left_out_whole_is_bound_when_it_is_given()
    {
        var resolved = ConfigurationReader.Read(null, _ => null, ["observability.otlp={\"endpoint\":\"http://127.0.0.1:4318\",\"headers\":{\"key\":\"secret\"},\"interval\":\"5s\"}"]);
        var otlp = GatewayBinding.Read(resolved.Values).Observability.Otlp!;

        Assert.Equal((new Uri("http://127.0.0.1:4318"), TimeSpan.FromSeconds(5), "secret"), (otlp.Endpoint, otlp.Interval, otlp.Headers["key"]));
    }

    [Fact]
    public void What_a_setting_says_of_a_restart_is_what_a_running_gateway_does()
    {
        var (before, next) = (GatewayBinding.Show(new()), GatewayBinding.Show(new()));
        var settings = ConfigurationSchema.Settings.Where(s => Parent(next, s.Pointer) is not null).ToList();
        foreach (var setting in settings)
        {
            Parent(next, setting.Pointer)![setting.Pointer[(setting.Pointer.LastIndexOf('/') + 1)..]] = Other(setting.Pointer, ResolvedConfiguration.At(before, setting.Pointer));
        }

        var after = GatewayBinding.Show(GatewayBinding.Read(before).Renewed(GatewayBinding.Read(next)));
        var wanted = GatewayBinding.Show(GatewayBinding.Read(next));

        Assert.All(settings, s => Assert.False(JsonNode.DeepEquals(ResolvedConfiguration.At(before, s.Pointer), ResolvedConfiguration.At(wanted, s.Pointer)), s.Path));
        Assert.Equal(
            settings.Where(s => s.Live).Select(s => s.Path),
            settings.Where(s => JsonNode.DeepEquals(ResolvedConfiguration.At(after, s.Pointer), ResolvedConfiguration.At(wanted, s.Pointer))).Select(s => s.Path));
    }

    [Fact]
    public void No_two_settings_share_a_variable() =>
        Assert.Equal(ConfigurationSchema.Settings.Count, ConfigurationSchema.Settings.Select(s => s.Variable).Distinct().Count());

    /// <summary>The pointers of what the schema calls a setting: a section that it describes member by member is entered, all else is one setting.</summary>
    private static IEnumerable<string> Leaves(JsonObject node, string pointer) => node.SelectMany(member =>
        member.Value is JsonObject section && !ConfigurationSchema.Settings.Any(s => s.Pointer == $"{pointer}/{member.Key}")
            ? Leaves(section, $"{pointer}/{member.Key}")
            : [$"{pointer}/{member.Key}"]);

    private static JsonObject? Parent(JsonObject root, string pointer) => pointer.LastIndexOf('/') is > 0 and var end ? ResolvedConfiguration.At(root, pointer[..end]) as JsonObject : null;

    /// <summary>Another value of the same kind.</summary>
    private static JsonNode? Other(string pointer, JsonNode? value) => (pointer, value) switch
    {
        ("/listen/addresses", _) => new JsonArray("http://127.0.0.1:9"),
        ("/observability/otlp", _) => new JsonObject { ["endpoint"] = "http://127.0.0.1:4318" },
        ("/observability/metrics", _) => "off",
        ("/identity/issuers", _) => new JsonArray(new JsonObject { ["issuer"] = "https://issuer.example", ["audiences"] = new JsonArray("mesh"), ["tenant"] = "acme" }),
        ("/services/vouched", _) => new JsonArray(new JsonObject { ["principal"] = "ann", ["isolation"] = "process+rlimits", ["shares"] = new JsonArray("doc.convert") }),
        ("/agents/publicUrl", _) => "https://mesh.example/",
        (_, JsonArray) => new JsonArray("other"),
        (_, JsonObject) => new JsonObject { ["perDay"] = 7 },
        (_, null) => "other",
        (_, JsonValue v) when v.TryGetValue<bool>(out var flag) => !flag,
        (_, JsonValue v) when v.TryGetValue<string>(out var text) => Duration.TryParse(text, null, out _) ? "7s" : "other.example",
        (_, JsonValue v) when v.TryGetValue<double>(out var number) && number < 1 => number / 2,
        (_, JsonValue v) => v.GetValue<long>() + 1,
        _ => throw new InvalidOperationException(pointer),
    };
}
