using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Govern;
using Crank.Mesh.Path;
using Crank.Mesh.Tenants;

namespace Crank.Mesh.Tests.Govern;

/// <summary>What a service may call: what its manifest lists, for a job that runs, and nothing else.</summary>
public sealed class CallTests
{
    private static readonly TenantId s_acme = TenantId.Parse("acme");
    private static readonly PrincipalId s_service = PrincipalId.Parse("svc");

    [Theory]
    [InlineData("echo@1", true)]
    [InlineData("*", true)]
    [InlineData("echo@2", false)]
    [InlineData("doc.*", false)]
    [InlineData(null, false)]
    public async Task It_calls_what_its_manifest_lists_and_nothing_else(string? manifest, bool allowed)
    {
        await using var mesh = await OpenAsync(manifest);
        await using var parent = await ParentAsync(mesh, s_acme);
        var report = await mesh.SubmitAsync(Call(parent.Id));
        Assert.Equal(allowed ? null : "forbidden", report.Refusal?.Code.Value);
        Assert.Equal(allowed ? "role" : "call-not-listed", report.Receipt!.Decision!.Rule);
    }

    [Fact]
    public async Task It_calls_for_a_job_of_its_tenant_that_runs_alone()
    {
        await using var mesh = await OpenAsync("*");
        Assert.Equal("call-without-parent", (await mesh.SubmitAsync(Call(null))).Receipt!.Decision!.Rule);
        Assert.Equal("call-without-parent", (await mesh.SubmitAsync(Call(new(new((UInt128)7))))).Receipt!.Decision!.Rule);
        await using (var others = await ParentAsync(mesh, TenantId.Owner))
        {
            Assert.Equal("call-without-parent", (await mesh.SubmitAsync(Call(others.Id))).Receipt!.Decision!.Rule);
        }

        JobId ended;
        await using (var parent = await ParentAsync(mesh, s_acme))
        {
            ended = parent.Id;
            Assert.Null((await mesh.SubmitAsync(Call(parent.Id))).Refusal);
        }

        Assert.Equal("call-without-parent", (await mesh.SubmitAsync(Call(ended))).Receipt!.Decision!.Rule);
        mesh.AssertSound();
    }

    [Fact]
    public async Task No_exception_stands_against_its_manifest_and_no_role_beside_it()
    {
        await using var mesh = await OpenAsync("doc.*", "worker", "admin");
        await using var parent = await ParentAsync(mesh, s_acme);
        await mesh.Controller.Exemptions.AddAsync(new("call-not-listed", s_acme, s_service, CapabilityPattern.Parse("*"), TestMesh.Start.AddDays(1), "A test.", PrincipalId.Owner, default));
        Assert.Equal("call-not-listed", (await mesh.SubmitAsync(Call(parent.Id, "worker", "admin"))).Receipt!.Decision!.Rule);
    }

    private static JobRequest Call(JobId? parent, params string[] roles) =>
        TestMesh.Request(parent: parent) with { Tenant = s_acme, Principal = s_service, Roles = roles.Length == 0 ? ["worker"] : [.. roles] };

    private static async Task<TestMesh> OpenAsync(string? manifest, params string[] roles)
    {
        var mesh = await TestMesh.OpenAsync();
        await mesh.Controller.Records.PutAsync(new TenantRecord(LimitMicros: -1_000_000).ToRow(s_acme, 1));
        var record = new PrincipalRecord(Roles: roles.Length == 0 ? ["worker"] : [.. roles]) { Calls = manifest is null ? null : ImmutableArray.Create(manifest) };
        await mesh.Controller.Records.PutAsync(record.ToRow(s_acme, s_service, 1));
        await mesh.Controller.Records.PutAsync(new PrincipalRecord(Roles: ["member"]).ToRow(s_acme, PrincipalId.Parse("ann"), 1));
        return mesh;
    }

    /// <summary>A job that runs until it is disposed of; what comes after it runs at once.</summary>
    private static async Task<Running> ParentAsync(TestMesh mesh, TenantId tenant)
    {
        var (started, goOn) = (new TaskCompletionSource<JobId>(), new TaskCompletionSource());
        mesh.Workers.Run = async (job, token) =>
        {
            if (started.TrySetResult(job.Job))
            {
                await goOn.Task.WaitAsync(token);
            }

            return ScriptedWorkers.Done();
        };
        var ended = mesh.SubmitAsync(tenant == TenantId.Owner ? TestMesh.Request() : TestMesh.Request() with { Tenant = tenant, Principal = PrincipalId.Parse("ann"), Roles = ["member"] });
        return new(await started.Task, goOn, ended);
    }

    private sealed record Running(JobId Id, TaskCompletionSource GoOn, Task<JobReport> Ended) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            GoOn.SetResult();
            Assert.Null((await Ended).Refusal);
        }
    }
}
