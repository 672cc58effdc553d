using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Elsewhere;
using Crank.Rego.Values;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Gateway.Tests.Opa.Elsewhere;

public sealed class OtherOpaTests : IDisposable
{
    private const string Allows = """{"result":{"allow":true,"rule":"theirs"},"provenance":{"bundles":{"main":{"revision":"7"}}}}""";
    private const string Denies = """{"result":{"allow":false,"rule":"theirs"}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("co-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_other_decides_when_it_is_to_and_is_asked_with_the_same_input()
    {
        await using var opa = await FakeOpa.StartAsync();
        opa.Says("""{"result":{"allow":true,"rule":"theirs","reasons":{"theirs":"They say so."},"constraints":{"zones":["de"]}},"provenance":{"bundles":{"main":{"revision":"7"}}}}""");
        await using var other = Beside("decision := {\"allow\": false}", new() { Url = opa.Url, Mode = OpaMode.Enforce });
        var question = Question();

        var decision = await other.Policy.DecideAsync(question, Stop);

        Assert.Equal((true, "theirs", "opa/main=7"), (decision.Allowed, decision.Rule, decision.Bundle));
        Assert.Equal(["de"], decision.Constraints.Zones.Select(z => z.Value));
        var (target, token, body) = Assert.Single(opa.Got);
        Assert.Equal(("POST /v1/data/crank/access/decision?provenance=true", ""), (target, token));
        Assert.Equal(JsonOut.Write(PolicyInput.Of(question)), JsonElement.Parse(body).GetProperty("input").GetRawText());
    }

    [Theory]
    [InlineData("{}", 200, OpaRules.Undefined)]
    [InlineData("""{"result":{"allow":true}}""", 500, OpaRules.Status)]
    [InlineData("""{"result":{"allow":true}}""", 401, OpaRules.Status)]
    [InlineData("not json", 200, OpaRules.Answer)]
    [InlineData("[]", 200, OpaRules.Answer)]
    [InlineData("""{"result":true}""", 200, GateRules.Answer)]
    [InlineData("""{"result":{"allow":"true"}}""", 200, GateRules.Answer)]
    [InlineData("""{"result":{"allow":true,"obligations":[{"kind":"dance"}]}}""", 200, GateRules.Obligation)]
    [InlineData(Denies, 200, "theirs")]
    public async Task Whatever_is_no_clear_yes_denies(string body, int status, string rule)
    {
        await using var opa = await FakeOpa.StartAsync();
        opa.Says(body, status);
        await using var other = Beside("decision := {\"allow\": true}", new() { Url = opa.Url, Mode = OpaMode.Enforce });

        var decision = await other.Policy.DecideAsync(Question(), Stop);

        Assert.Equal((false, rule), (decision.Allowed, decision.Rule));
    }

    [Fact]
    public async Task An_answer_without_end_denies()
    {
        await using var opa = await FakeOpa.StartAsync();
        opa.Says("{\"result\":{\"allow\":true,\"rule\":\"" + new string('x', 2_000_000) + "\"}}");
        await using var other = Beside("decision := {\"allow\": true}", new() { Url = opa.Url, Mode = OpaMode.Enforce, Timeout = TimeSpan.FromMinutes(5) });

        Assert.Equal(OpaRules.Answer, (await other.Policy.DecideAsync(Question(), Stop)).Rule);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var opa = await FakeOpa.StartAsync();
        opa.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        await using var other = Beside("decision := {\"allow\": true}", new() { Url = opa.Url, Mode = OpaMode.Enforce });

        Assert.Equal(OpaRules.Status, (await other.Policy.DecideAsync(Question(), Stop)).Rule);
        Assert.Single(opa.Got);
    }

    [Fact]
    public async Task One_that_is_late_denies()
    {
        await using var opa = await FakeOpa.StartAsync();
        var (asked, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        opa.Answer = _ =>
        {
            asked.SetResult();
            return done.Task;
        };
        var clock = new FakeTimeProvider();
        await using var other = Beside("decision := {\"allow\": true}", new() { Url = opa.Url, Mode = OpaMode.Enforce, Timeout = TimeSpan.FromMinutes(5) }, clock: clock);

        var decision = other.Policy.DecideAsync(Question(), Stop).AsTask();
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(2), Stop);
        clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal((false, OpaRules.Late), ((await decision).Allowed, (await decision).Rule));
        done.SetResult();
    }

    [Fact]
    public async Task One_that_is_not_there_denies()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        await using var other = Beside("decision := {\"allow\": true}", new() { Url = new($"http://127.0.0.1:{port}"), Mode = OpaMode.Enforce, Timeout = TimeSpan.FromMinutes(5) });

        Assert.Equal(OpaRules.Unreachable, (await other.Policy.DecideAsync(Question(), Stop)).Rule);
    }

    [Fact]
    public async Task The_token_comes_from_a_file_that_may_change_and_a_missing_one_denies()
    {
        await using var opa = await FakeOpa.StartAsync();
        opa.Says(Allows);
        var file = System.IO.Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(file, "first\n", Stop);
        await using var other = Beside("decision := {\"allow\": true}", new() { Url = opa.Url, Mode = OpaMode.Enforce, TokenFile = file });

        Assert.True((await other.Policy.DecideAsync(Question(), Stop)).Allowed);
        await File.WriteAllTextAsync(file, "second", Stop);
        Assert.True((await other.Policy.DecideAsync(Question(), Stop)).Allowed);
        Assert.Equal(["Bearer first", "Bearer second"], opa.Got.Select(g => g.Token));

        await File.WriteAllTextAsync(file, "in two\nlines", Stop);
        Assert.Equal(OpaRules.Token, (await other.Policy.DecideAsync(Question(), Stop)).Rule);
        File.Delete(file);
        Assert.Equal(OpaRules.Token, (await other.Policy.DecideAsync(Question(), Stop)).Rule);
        Assert.Equal(2, opa.Got.Count);
    }

    [Fact]
    public async Task Its_certificate_must_be_of_an_authority_that_the_operator_named()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var asked = new CertificateRequest("CN=opa", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        asked.CertificateExtensions.Add(names.Build());
        asked.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = asked.CreateSelfSigned(DateTimeOffset.UnixEpoch, new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var usable = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        var (authority, wrong) = (System.IO.Path.Combine(_folder, "ca.pem"), System.IO.Path.Combine(_folder, "wrong.pem"));
        await File.WriteAllTextAsync(authority, certificate.ExportCertificatePem(), Stop);
        using var foreign = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await File.WriteAllTextAsync(wrong, foreign.ExportCertificatePem(), Stop);
        await using var opa = await FakeOpa.StartAsync(usable);
        opa.Says(Allows);
        var settings = new OpaSettings { Url = opa.Url, Mode = OpaMode.Enforce, Timeout = TimeSpan.FromMinutes(5) };

        await using var trusted = Beside("decision := {\"allow\": true}", settings with { Authority = authority });
        await using var system = Beside("decision := {\"allow\": true}", settings);
        await using var another = Beside("decision := {\"allow\": true}", settings with { Authority = wrong });
        await using var misnamed = Beside("decision := {\"allow\": true}", settings with { Authority = authority, Url = new($"https://localhost:{opa.Url.Port}") });

        Assert.True((await trusted.Policy.DecideAsync(Question(), Stop)).Allowed);
        Assert.Equal(OpaRules.Unreachable, (await system.Policy.DecideAsync(Question(), Stop)).Rule);
        Assert.Equal(OpaRules.Unreachable, (await another.Policy.DecideAsync(Question(), Stop)).Rule);
        Assert.Equal(OpaRules.Unreachable, (await misnamed.Policy.DecideAsync(Question(), Stop)).Rule);
    }

    [Fact]
    public async Task In_the_shadow_the_mesh_decides_and_where_the_other_disagrees_is_counted_and_told()
    {
        await using var opa = await FakeOpa.StartAsync();
        var heard = new ConcurrentQueue<OpaDisagreement>();
        await using var other = Beside("decision := {\"allow\": true, \"rule\": \"ours\"}", new() { Url = opa.Url, AtOnce = 1 }, heard.Enqueue);

        foreach (var says in new[] { Allows, Denies, """{"result":{"allow":true,"constraints":{"zones":["de"]}}}""", "{}", "no json" })
        {
            opa.Says(says);
            var before = Sum(other.Counts!);
            Assert.Equal((true, "ours"), await DecideAsync(other));
            await Until(() => Sum(other.Counts!) > before);
        }

        Assert.Equal(new OpaCounts(Agreed: 1, OtherDecision: 2, OtherConstraints: 1, Failed: 1, Dropped: 0), other.Counts);
        Assert.Equal((3L, 3), (other.Counts!.Disagreed, heard.Count));
        Assert.Equal(("ours", true, "theirs", false), (heard.First().Rule, heard.First().Allowed, heard.First().OtherRule, heard.First().OtherAllows));
    }

    [Fact]
    public async Task In_the_shadow_no_job_waits_for_the_other_and_what_finds_no_room_is_dropped_and_counted()
    {
        await using var opa = await FakeOpa.StartAsync();
        var (asked, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        opa.Answer = context =>
        {
            asked.TrySetResult();
            return done.Task;
        };
        await using var other = Beside("decision := {\"allow\": true, \"rule\": \"ours\"}", new() { Url = opa.Url, AtOnce = 1, Waiting = 2, Timeout = TimeSpan.FromMinutes(5) });

        Assert.Equal((true, "ours"), await DecideAsync(other));
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(2), Stop);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((true, "ours"), await DecideAsync(other));
        }

        // One is being asked and two wait; the other three found no room.
        Assert.Equal(3, other.Counts!.Dropped);
        done.SetResult();
    }

    [Fact]
    public async Task Another_mesh_can_be_the_other_OPA()
    {
        await using var asked = await AskedGateway.StartAsync("package crank.access\n\ndecision := {\"allow\": input.capability.name == \"echo\", \"rule\": \"mesh\"}");
        var file = System.IO.Path.Combine(_folder, "key");
        await File.WriteAllTextAsync(file, await KeyAsync(asked, "policy:read"), Stop);
        var weak = System.IO.Path.Combine(_folder, "weak");
        await File.WriteAllTextAsync(weak, await KeyAsync(asked, "mesh:read"), Stop);
        await using var enforced = Beside("decision := {\"allow\": false}", new() { Url = asked.Gateway.Address, Mode = OpaMode.Enforce, TokenFile = file, Timeout = TimeSpan.FromMinutes(5) });
        await using var shadow = Beside("decision := {\"allow\": true}", new() { Url = asked.Gateway.Address, TokenFile = file, Timeout = TimeSpan.FromMinutes(5) });
        await using var refused = Beside("decision := {\"allow\": true}", new() { Url = asked.Gateway.Address, Mode = OpaMode.Enforce, TokenFile = weak, Timeout = TimeSpan.FromMinutes(5) });

        var yes = await enforced.Policy.DecideAsync(Question(), Stop);
        await shadow.Policy.DecideAsync(Question(), Stop);
        await Until(() => Sum(shadow.Counts!) > 0);

        Assert.Equal((true, "mesh", "opa/crank=rev-1"), (yes.Allowed, yes.Rule, yes.Bundle));
        Assert.Equal(1, shadow.Counts!.Agreed);
        Assert.Equal(OpaRules.Status, (await refused.Policy.DecideAsync(Question(), Stop)).Rule);
    }

    [Fact]
    public async Task Where_the_other_disagrees_can_be_seen_over_HTTP()
    {
        await using var opa = await FakeOpa.StartAsync();
        opa.Says(Denies);
        await using var other = Beside("decision := {\"allow\": true}", new() { Url = opa.Url });
        await using var gateway = await TestGateway.StartWithAsync(parts => parts with { OtherOpa = other });
        await DecideAsync(other);
        await Until(() => Sum(other.Counts!) > 0);

        var policy = JsonElement.Parse(await gateway.Owner.GetStringAsync("/v1/policy", Stop)).GetProperty("otherOpa");
        var status = JsonElement.Parse(await gateway.Owner.GetStringAsync("/v1/status", Stop)).GetProperty("result").GetProperty("plugins").GetProperty("other_opa");

        Assert.Equal(("shadow", 1, 0), (policy.GetProperty("mode").GetString(), policy.GetProperty("otherDecision").GetInt32(), policy.GetProperty("agreed").GetInt32()));
        Assert.Equal(1, status.GetProperty("other_decision").GetInt32());
    }

    [Theory]
    [InlineData("http://opa.example:8181", "policy.opa.url: plain HTTP")]
    [InlineData("https://user:secret@opa.example", "policy.opa.url")]
    [InlineData("ftp://opa.example", "policy.opa.url")]
    public void An_address_that_does_not_hold_is_refused_before_anybody_is_asked(string url, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Beside("decision := {\"allow\": true}", new() { Url = new(url) })).Message, StringComparison.Ordinal);

    [Fact]
    public void Files_that_are_not_there_are_named_and_nobody_is_asked_without_an_address()
    {
        var faults = new OpaSettings { Url = new("https://opa.example"), TokenFile = "/nowhere/token", Authority = "/nowhere/ca", Path = "/" }.Faults();

        Assert.Equal(["policy.opa.path", "policy.opa.tokenFile", "policy.opa.authority"], faults.Select(f => f.Split(':')[0]));
        Assert.Empty(new OpaSettings().Faults());
        Assert.Null(OtherOpa.Beside(new RegoPolicy(new PolicyBook(DefaultPolicies.Load(TimeProvider.System), TimeProvider.System)), new(), TimeProvider.System));
        Assert.Empty(new OpaSettings { Url = new("http://opa.example:8181"), AllowHttp = true }.Faults());
    }

    private static OtherOpa Beside(string own, OpaSettings settings, Action<OpaDisagreement>? heard = null, TimeProvider? clock = null)
    {
        var set = PolicyInForce.Of([new("own.rego", "package crank.access\n\n" + own)], ObjectValue.Empty, "a test", "own", null, null, TimeProvider.System);
        var other = OtherOpa.Beside(new RegoPolicy(new PolicyBook(set, TimeProvider.System)), settings, clock ?? TimeProvider.System)!;
        other.Disagreed = heard;
        return other;
    }

    private static PolicyQuestion Question() => new(
        new(new SortableId(1)), TenantId.Parse("acme"), PrincipalId.Parse("ann"), ["member"], null, null, TestWorkers.Echo.Id, Terms.Default, 10, null, false, TestGateway.Start, IsolationLevel.Strong)
    {
        Currency = Currency.Eur,
    };

    private static async Task<(bool, string)> DecideAsync(OtherOpa other)
    {
        var decision = await other.Policy.DecideAsync(Question(), Stop);
        return (decision.Allowed, decision.Rule);
    }

    private static long Sum(OpaCounts counts) => counts.Agreed + counts.Disagreed + counts.Failed + counts.Dropped;

    private static async Task<string> KeyAsync(AskedGateway asked, string scope)
    {
        using var content = new StringContent($$"""{"scopes":["{{scope}}"]}""", Encoding.UTF8, "application/json");
        using var answer = await asked.Owner.PostAsync("/v1/keys", content, Stop);
        Assert.Equal(201, (int)answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop)).GetProperty("key").GetString()!;
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 1_200, "It did not happen within two minutes.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Stop);
        }
    }
}
