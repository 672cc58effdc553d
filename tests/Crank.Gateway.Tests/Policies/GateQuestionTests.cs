using System.Net;
using System.Net.Http.Headers;
using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Gateway.Policies;
using Crank.Gateway.Tests.Contract;
using Crank.Gateway.Tests.Rest;
using Crank.Mesh.Authorize;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Gateway.Tests.Policies;

/// <summary>What is no job is asked of the policy too: admin verbs, exports, and what services call.</summary>
public sealed class GateQuestionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_admin_verb_that_the_policy_refuses_is_refused_whatever_the_scope()
    {
        await using var gateway = await TestGateway.StartAsync();
        var admin = await gateway.TenantAsync("acme");
        Put(gateway, """
            package crank.admin
            deny["keys-frozen"] := "No keys are made this week." if input.verb == "createKey"
            deny["not-yours"] := "Look elsewhere." if input.target.id == "secret"
            decision := {"allow": false, "reasons": deny} if count(deny) > 0 else := {"allow": true, "rule": "scope"}
            """);
        var problem = await (await admin.PostAsync("/v1/keys", """{"name":"k"}""")).ProblemAsync(403, "forbidden");
        Assert.Equal("Refused by rule keys-frozen of policy test/1: No keys are made this week.", (string)problem["detail"]!);
        await (await gateway.Owner.PostAsync("/v1/keys", """{"name":"k"}""")).ProblemAsync(403, "forbidden");
        await (await admin.AskAsync("/v1/principals/secret")).ProblemAsync(403, "forbidden");
        await (await admin.AskAsync("/v1/principals")).JsonAsync();
    }

    [Fact]
    public async Task A_policy_cannot_lock_the_owner_of_the_data_folder_out()
    {
        await using var gateway = await TestGateway.StartAsync();
        Put(gateway, "package crank.admin\ndecision := {\"allow\": false}");
        await (await gateway.Owner.AskAsync("/v1/tenants")).ProblemAsync(403, "forbidden");
        await (await gateway.Owner.AskAsync("/v1/policy")).JsonAsync();
        await (await gateway.Owner.SendAsync(HttpMethod.Put, "/v1/policy/lockdown", HttpExtensions.Json("""{"reason":"Audit."}"""))).JsonAsync();
        await (await gateway.Owner.SendAsync(HttpMethod.Delete, "/v1/policy/lockdown", null)).JsonAsync();
        var remote = await gateway.TenantAsync("acme");
        await (await remote.AskAsync("/v1/policy")).ProblemAsync(403, "forbidden");
    }

    [Theory]
    [InlineData("package crank.exports\ndecision := {\"allow\": false, \"rule\": \"sealed\"}")]
    [InlineData("package crank.exports\ndecision := {\"allow\": 1 / 0 == 1}")]
    [InlineData("package crank.exports\nunheard := 1")]
    public async Task Nothing_leaves_that_the_policy_does_not_let_out(string rego)
    {
        await using var gateway = await TestGateway.StartAsync();
        var tenant = await gateway.TenantAsync("acme");
        using var done = await tenant.PostAsync("/v1/capabilities/echo/invoke", """{"input":{"message":"hello"}}""");
        var job = done.Field("Crank-Job");
        foreach (var path in new[] { $"/v1/jobs/{job}/receipt", $"/v1/jobs/{job}/result", "/v1/usage", "/v1/ledger/transfers" })
        {
            Assert.Equal(HttpStatusCode.OK, (await tenant.AskAsync(path)).StatusCode);
        }

        Put(gateway, rego);
        foreach (var path in new[] { $"/v1/jobs/{job}/receipt", $"/v1/jobs/{job}/result", "/v1/usage", "/v1/ledger/transfers" })
        {
            await (await tenant.AskAsync(path)).ProblemAsync(403, "forbidden");
        }

        await (await tenant.AskAsync($"/v1/jobs/{job}")).JsonAsync();
    }

    [Fact]
    public async Task A_service_s_key_calls_what_its_manifest_lists_for_a_job_that_runs_and_nothing_else()
    {
        await using var gateway = await TestGateway.StartAsync(null, TestWorkers.Echo, TestWorkers.Copy);
        var tenant = await gateway.TenantAsync("acme");
        await (await tenant.SendAsync(HttpMethod.Put, "/v1/principals/svc", HttpExtensions.Json("""{"roles":["worker"],"calls":["echo@1"]}"""))).JsonAsync(HttpStatusCode.Created);
        var made = await (await tenant.PostAsync("/v1/keys", """{"name":"svc","principal":"svc"}""")).JsonAsync(HttpStatusCode.Created);
        using var service = new HttpClient { BaseAddress = gateway.Address };
        service.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)made["key"]!);

        var (started, goOn) = (new TaskCompletionSource<JobId>(), new TaskCompletionSource());
        gateway.Workers.Run = async (job, token) =>
        {
            if (started.TrySetResult(job.Job))
            {
                await goOn.Task.WaitAsync(token);
            }

            return TestWorkers.Done(job.Input);
        };
        var parent = tenant.PostAsync("/v1/capabilities/echo/invoke", """{"input":{"message":"hello"}}""");
        var id = await started.Task;

        await (await service.PostAsync("/v1/jobs", $$"""{"capability":"echo","input":{"message":"x"},"parent":"{{id}}"}""")).JsonAsync(HttpStatusCode.Accepted);
        var without = await (await service.PostAsync("/v1/jobs", """{"capability":"echo","input":{"message":"x"}}""")).ProblemAsync(403, "forbidden");
        Assert.Contains("call-without-parent", (string)without["detail"]!, StringComparison.Ordinal);
        await (await service.PostAsync("/v1/capabilities/echo/invoke", """{"input":{"message":"x"}}""")).ProblemAsync(403, "forbidden");
        var sha = new string('0', 64);
        var other = await (await service.PostAsync("/v1/jobs", $$$"""{"capability":"file.copy","input":{"document":{"digest":"sha256:{{{sha}}}"}},"parent":"{{{id}}}"}""")).Content.ReadAsStringAsync(Stop);
        Assert.DoesNotContain("\"state\":\"queued\"", other, StringComparison.Ordinal);
        goOn.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await parent).StatusCode);

        await (await service.AskAsync($"/v1/jobs/{id}/receipt")).ProblemAsync(403, "forbidden");
        await (await service.AskAsync($"/v1/jobs/{id}/result")).ProblemAsync(403, "forbidden");
        await (await service.AskAsync("/v1/keys")).ProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task Every_operation_that_manages_is_asked_about_and_every_export_is_an_operation()
    {
        await using var gateway = await TestGateway.StartAsync();
        var ids = (await ContractApi.ReadAsync(gateway.Anonymous, Stop)).Operations.Select(o => o.Id).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(GateQuestions.Exports.Except(ids));
        foreach (var scope in new[] { Scopes.MeshAdmin, Scopes.KeysAdmin, Scopes.WebhooksAdmin })
        {
            Assert.Equal(PolicyTopic.Admin, GateQuestions.TopicOf("anything", scope));
        }

        Assert.Null(GateQuestions.TopicOf("invokeCapability", Scopes.JobsWrite));
    }

    /// <summary>Puts a set of one module in force; what it says nothing about is answered by the default set.</summary>
    private static void Put(TestGateway gateway, string rego) => gateway.Controller.Gate.Book.Put(PolicyInForce.Of(
        [new PolicySource("test.rego", rego)], ObjectValue.Empty, "a test", "test/1", null, DefaultPolicies.Load(gateway.Clock), gateway.Clock));
}
