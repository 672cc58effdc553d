using System.Text;
using System.Text.Json.Nodes;
using Crank.Rego.Bundles;
using Crank.Rego.Values;
using CsCheck;

namespace Crank.Rego.Tests.Bundles;

public sealed class DeltaBundleTests
{
    private const string Secret = "a secret of this test";
    private static readonly BundleOptions s_signed = new() { Keys = [new("shared", "HS256", Secret)] };
    private static readonly Bundle s_base = Archives.Read(Archives.Pack(Archives.Files()));

    [Fact]
    public void A_delta_changes_the_documents_and_keeps_the_policies_and_the_base_revision()
    {
        var changed = Applied("""
            {"data": [
                {"op": "upsert", "path": "/limits/new/x~1y/z%20", "value": {"a": 1}},
                {"op": "replace", "path": "limits/n", "value": 5},
                {"op": "upsert", "path": "/limits/b/1", "value": "in"},
                {"op": "upsert", "path": "/limits/b/-", "value": "end"},
                {"op": "remove", "path": "/limits/b/0"}]}
            """);
        Assert.Equal("""{"limits":{"b":["in",null,"<&>é","end"],"n":5,"new":{"x/y":{"z ":{"a":1}}}}}""", JsonOut.Write(changed.Data));
        Assert.Equal(("r2", "r1"), (changed.Revision, changed.BaseRevision));
        Assert.Same(s_base.Modules, changed.Modules);
        Assert.NotEqual(s_base.Digest, changed.Digest);
        Assert.Equal("""{"limits":{"b":[true,null,"<&>é"],"n":3.0}}""", JsonOut.Write(s_base.Data));

        var policies = changed.Compile();
        Assert.True(policies.Prepare("data.app.allow", changed.ToSnapshot(policies)).Decide("""{"n": 5}"""u8).Result.IsTrue);
    }

    [Fact]
    public void A_delta_that_says_no_revision_keeps_the_one_in_force()
    {
        var changed = Read(Archives.Pack(("patch.json", """{"data": [{"op": "upsert", "path": "/limits/n", "value": 5}]}"""), (".manifest", """{"roots": ["limits"]}""")));
        Assert.Equal("r1", changed.Revision);
    }

    [Fact]
    public void Deltas_follow_each_other_and_a_whole_bundle_ends_them()
    {
        var first = Applied("""{"data": [{"op": "upsert", "path": "/limits/n", "value": 5}]}""");
        var second = Read(Pack("""{"data": [{"op": "upsert", "path": "/limits/m", "value": 6}]}""", "r3"), first);
        Assert.Equal(6L, second.Data.Get("limits").Get("m"));
        Assert.Equal(5L, second.Data.Get("limits").Get("n"));
        Assert.Equal(("r3", "r1"), (second.Revision, second.BaseRevision));
        Assert.Distinct([s_base.Digest, first.Digest, second.Digest]);
        Assert.Equal(s_base.Digest, Read(Archives.Pack(Archives.Files()), second).Digest);
    }

    [Theory]
    [InlineData("""{"op": "upsert", "path": "/other", "value": 1}""", "lies outside the roots")]
    [InlineData("""{"op": "upsert", "path": "/limitsx/n", "value": 1}""", "lies outside the roots")]
    [InlineData("""{"op": "remove", "path": "/app"}""", "there is no '/app'")]
    [InlineData("""{"op": "replace", "path": "/", "value": {}}""", "is empty")]
    [InlineData("""{"op": "replace", "path": "/limits/x", "value": 1}""", "there is no '/limits/x'")]
    [InlineData("""{"op": "replace", "path": "/limits/x/y", "value": 1}""", "there is no '/limits/x'")]
    [InlineData("""{"op": "remove", "path": "/limits/x"}""", "there is no '/limits/x'")]
    [InlineData("""{"op": "remove", "path": "/limits/b/3"}""", "there is no '/limits/b/3'")]
    [InlineData("""{"op": "remove", "path": "/limits/b/-"}""", "there is no '/limits/b/-'")]
    [InlineData("""{"op": "remove", "path": "/limits/b/00"}""", "there is no '/limits/b/00'")]
    [InlineData("""{"op": "upsert", "path": "/limits/b/4", "value": 1}""", "there is no '/limits/b/4'")]
    [InlineData("""{"op": "upsert", "path": "/limits/b/9/x", "value": 1}""", "there is no '/limits/b/9'")]
    [InlineData("""{"op": "upsert", "path": "/limits/n/x", "value": 1}""", "there is no '/limits/n/x'")]
    [InlineData("""{"op": "upsert", "path": "/limits/n"}""", "has no value")]
    [InlineData("""{"op": "upsert", "value": 1}""", "must have a path")]
    [InlineData("""{"op": "upsert", "path": "/limits/%zz", "value": 1}""", "cannot be read")]
    [InlineData("""{"op": "upsert", "path": "/limits/%ff", "value": 1}""", "cannot be read")]
    [InlineData("""{"op": "add", "path": "/limits/n", "value": 1}""", "'add' is not supported")]
    [InlineData("""{"path": "/limits/n", "value": 1}""", "must have an op")]
    [InlineData("""{"op": "remove", "path": "/limits/n", "from": "x"}""", "not from")]
    [InlineData("1", "must be an object")]
    public void An_operation_that_cannot_be_carried_out_refuses_the_whole_delta(string operation, string why)
    {
        var before = JsonOut.Write(s_base.Data);
        Assert.Contains(why, Refused(Pack($$"""{"data": [{"op": "upsert", "path": "/limits/n", "value": 7}, {{operation}}]}""")), StringComparison.Ordinal);
        Assert.Equal(before, JsonOut.Write(s_base.Data));
    }

    [Theory]
    [InlineData("[]", "must be an object")]
    [InlineData("{", "patch.json: ")]
    [InlineData("{}", "data must be a list")]
    [InlineData("""{"data": {}}""", "data must be a list")]
    [InlineData("""{"data": [], "policy": []}""", "only data can be changed")]
    public void A_patch_of_another_shape_is_refused(string patch, string why) => Assert.Contains(why, Refused(Pack(patch)), StringComparison.Ordinal);

    [Fact]
    public void The_roots_of_both_manifests_are_kept()
    {
        var patch = """{"data": [{"op": "upsert", "path": "/limits/n", "value": 5}]}""";
        Assert.Contains("lies outside the roots", Refused(Archives.Pack(("patch.json", patch), (".manifest", """{"roots": ["app"]}"""))), StringComparison.Ordinal);
        Assert.Contains("lies outside the roots", Refused(Archives.Pack(("patch.json", patch), (".manifest", """{"roots": ["limits/b"]}"""))), StringComparison.Ordinal);
        Read(Archives.Pack(("patch.json", patch), (".manifest", """{"roots": ["limits/n", "elsewhere"]}""")));
        Read(Archives.Pack(("patch.json", patch)));
    }

    [Theory]
    [InlineData("data.json")]
    [InlineData("app/policy.rego")]
    [InlineData("note")]
    public void A_delta_holds_nothing_else(string name) =>
        Assert.Contains($"{name}: a delta bundle has", Refused(Archives.Pack(("patch.json", """{"data": []}"""), (name, "{}"))), StringComparison.Ordinal);

    [Fact]
    public void A_delta_alone_is_refused_as_a_bundle_and_a_bundle_as_a_delta()
    {
        Assert.Contains("read a whole bundle first", Archives.Refused(Pack("""{"data": []}""")), StringComparison.Ordinal);
        using var archive = new MemoryStream(Archives.Pack((".manifest", "{}")));
        Assert.Contains("it is no delta bundle", Assert.Throws<BundleException>(() => BundleLoader.ReadDelta(archive)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signed_bundle_is_changed_by_signed_deltas_alone()
    {
        var signer = new Crank.Rego.Builtins.Keys.SigningKey.Secret(Encoding.UTF8.GetBytes(Secret));
        (string, string)[] whole = [("data.json", """{"n":1}""")];
        (string, string)[] delta = [("patch.json", """{ "data": [{"op": "upsert", "path": "/n", "value": 2}] }""")];
        var inForce = Archives.Read(Archives.Pack([.. whole, Archives.Signature(signer, "HS256", whole)]), s_signed);
        var changed = Read(Archives.Pack([.. delta, Archives.Signature(signer, "HS256", delta)]), inForce, s_signed);
        Assert.Equal(2L, changed.Data.Get("n"));
        Assert.Equal("shared", changed.SignedBy);

        Assert.Contains("is not signed", Refused(Archives.Pack(delta), inForce, s_signed), StringComparison.Ordinal);
        Assert.Contains("must be signed too", Refused(Archives.Pack(delta), inForce), StringComparison.Ordinal);
        Assert.Contains("patch.json is not what was signed", Refused(Archives.Pack([("patch.json", """{"data": []}"""), Archives.Signature(signer, "HS256", delta)]), inForce, s_signed), StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_that_grow_too_large_or_too_deep_are_refused()
    {
        var text = new string('x', 600);
        var inForce = Archives.Read(Archives.Pack(("data.json", $$"""{"a": "{{text}}"}""")));
        var limits = new BundleOptions { Limits = new() { UnpackedBytes = 10_240 } };
        var grown = inForce;
        Assert.Contains("more than 10240 bytes", Assert.Throws<BundleException>(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                grown = Read(Archives.Pack(("patch.json", $$"""{"data": [{"op": "upsert", "path": "/{{i}}", "value": "{{text}}"}]}""")), grown, limits);
            }
        }).Message, StringComparison.Ordinal);

        var path = string.Concat(Enumerable.Repeat("/a", 1_100));
        Assert.Contains("too deep", Refused(Archives.Pack(("patch.json", $$"""{"data": [{"op": "upsert", "path": "/b{{path}}", "value": 1}]}""")), inForce), StringComparison.Ordinal);
    }

    [Fact]
    public void Operations_that_move_too_much_are_refused()
    {
        var inForce = Archives.Read(Archives.Pack(("data.json", $$"""{"a": [{{string.Join(',', Enumerable.Repeat("0", 50_000))}}]}""")));
        var patch = $$"""{"data": [{{string.Join(',', Enumerable.Repeat("""{"op":"upsert","path":"/a/0","value":1}""", 5_000))}}]}""";
        Assert.Contains("move more than", Refused(Archives.Pack(("patch.json", patch)), inForce), StringComparison.Ordinal);
    }

    [Fact]
    public void Applying_a_delta_is_applying_its_operations_to_the_json() =>
        Gen.Select(s_document, s_operation.List[0, 12]).Sample((document, operations) =>
        {
            var model = JsonNode.Parse(document)!.AsObject();
            var expected = operations.All(operation => Apply(model, operation.Op, operation.Path, operation.Value)) ? model.ToJsonString() : null;
            var patch = new JsonObject
            {
                ["data"] = new JsonArray([.. operations.Select(static operation => new JsonObject
                {
                    ["op"] = operation.Op, ["path"] = "/" + string.Join('/', operation.Path), ["value"] = JsonNode.Parse(operation.Value),
                })]),
            };
            var inForce = Archives.Read(Archives.Pack(("data.json", document)));
            var archive = Archives.Pack(("patch.json", patch.ToJsonString()));
            if (expected is null)
            {
                Refused(archive, inForce);
            }
            else
            {
                Assert.Equal(JsonIn.Read(expected), Read(archive, inForce).Data);
            }
        }, iter: 500);

    // Few names, so that operations meet.
    private static readonly Gen<string> s_name = OneOf("a", "b", "0", "1", "-");
    private static readonly Gen<string> s_leaf = OneOf("1", "\"x\"", "[]", "{}", "[1,[2],{\"a\":3}]", "{\"a\":{\"b\":[1,2]},\"0\":null}");
    private static readonly Gen<string> s_document = Gen.Select(s_leaf, s_leaf, static (a, b) => $$"""{"a":{{a}},"b":{{b}}}""");
    private static readonly Gen<(string Op, string[] Path, string Value)> s_operation =
        Gen.Select(OneOf("upsert", "upsert", "replace", "remove"), s_name.Array[1, 4], s_leaf);

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(at => choices[at]);

    // Says the rules once more, on mutable nodes.
    private static bool Apply(JsonNode top, string op, string[] path, string value)
    {
        var node = top;
        foreach (var name in path[..^1])
        {
            var next = node switch
            {
                JsonObject members => members.TryGetPropertyValue(name, out var member) ? member : op == "upsert" ? members[name] = new JsonObject() : null,
                JsonArray items when int.TryParse(name, out var position) && position >= 0 && position < items.Count => items[position],
                _ => null,
            };
            if (next is null)
            {
                return false;
            }

            node = next;
        }

        var last = path[^1];
        switch (node, op)
        {
            case (JsonObject members, "upsert"):
                members[last] = JsonNode.Parse(value);
                return true;
            case (JsonObject members, "replace") when members.ContainsKey(last):
                members[last] = JsonNode.Parse(value);
                return true;
            case (JsonObject members, "remove"):
                return members.Remove(last);
            case (JsonArray items, "upsert") when last == "-":
                items.Add(JsonNode.Parse(value));
                return true;
            case (JsonArray items, "upsert") when int.TryParse(last, out var at) && at >= 0 && at <= items.Count:
                items.Insert(at, JsonNode.Parse(value));
                return true;
            case (JsonArray items, "replace") when int.TryParse(last, out var at) && at >= 0 && at < items.Count:
                items[at] = JsonNode.Parse(value);
                return true;
            case (JsonArray items, "remove") when int.TryParse(last, out var at) && at >= 0 && at < items.Count:
                items.RemoveAt(at);
                return true;
            default:
                return false;
        }
    }

    private static byte[] Pack(string patch, string revision = "r2") => Archives.Pack(("patch.json", patch), (".manifest", $$"""{"revision": "{{revision}}", "roots": ["app", "limits"]}"""));

    private static Bundle Applied(string patch) => Read(Pack(patch));

    private static Bundle Read(byte[] archive, Bundle? inForce = null, BundleOptions? options = null)
    {
        using var stream = new MemoryStream(archive);
        return BundleLoader.ReadNext(stream, inForce ?? s_base, options);
    }

    private static string Refused(byte[] archive, Bundle? inForce = null, BundleOptions? options = null) =>
        Assert.Throws<BundleException>(() => Read(archive, inForce, options)).Message;
}
