using System.Net;
using System.Net.WebSockets;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Registry;
using Crank.Rego.Decide;
using Crank.Rego.Values;
using Crank.Session;

namespace Crank.Gateway.Tests.Services;

public sealed class SessionTests
{
    private static readonly string[] s_capability = ["words.count@1.0.0"];

    [Fact]
    public async Task A_service_joins_is_checked_runs_jobs_and_leaves_in_order()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        await using var service = await OutsideService.DialAsync(gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"))));
        await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);

        using var answer = await gateway.Owner.InvokeAsync("words.count");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var shown = (await gateway.Owner.ServicesAsync()).EnumerateArray().Single(s => !s.GetProperty("builtIn").GetBoolean());
        Assert.Equal(("serving", "same", "0.1.0", "crank-session/1"), (shown.GetProperty("state").GetString(), shown.GetProperty("skew").GetString(), shown.GetProperty("sdk").GetString(), shown.GetProperty("protocol").GetString()));
        Assert.True(shown.GetProperty("check").GetProperty("ok").GetBoolean());
        Assert.Equal(s_capability, shown.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()));
        Assert.Contains("of-p", await gateway.Owner.GetStringAsync(new Uri("/v1/nodes", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        service.Leave();
        await service.Ended;
        await gateway.UntilAsync(() => gateway.Outside() is null);
        using var gone = await gateway.Owner.InvokeAsync("words.count");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_check_costs_nothing_and_has_a_receipt()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        await using var service = await OutsideService.DialAsync(gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"))));
        await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);

        var receipt = gateway.Controller.Find(TenantId.Owner, gateway.Outside()!.Health!.Job!.Value)!.Receipt!;

        Assert.Equal(("words.count@1.0.0", 0L), (receipt.Capability.ToString(), receipt.Charge.Total.Micros));
        Assert.StartsWith(gateway.Outside()!.Id.Value, receipt.Attempts[0].Worker!.Value.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_runs_is_finished_before_a_service_leaves()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var service = await OutsideService.DialAsync(
            gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"))), async (invocation, token) =>
            {
                if (gateway.State() == ServiceState.Serving)
                {
                    begun.TrySetResult();
                    await go.Task;
                }

                return await OutsideService.EchoAsync(invocation, token);
            });
        await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);
        var running = gateway.Owner.InvokeAsync("words.count");
        await begun.Task;

        service.Leave();
        await gateway.UntilAsync(() => gateway.State() == ServiceState.Draining);
        using var refused = await gateway.Owner.InvokeAsync("words.count");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        go.SetResult();

        using var answer = await running;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await service.Ended;
    }

    [Theory]
    [InlineData("owner mesh:read jobs:write", HttpStatusCode.Forbidden)]
    [InlineData("acme", HttpStatusCode.Forbidden)]
    public async Task Nobody_joins_without_the_scope_or_as_another_tenant_than_the_owners(string caller, HttpStatusCode status)
    {
        await using var gateway = await ServiceMesh.StartAsync();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => OutsideService.SocketAsync(gateway, caller));
        Assert.Equal(status, refused.StatusCode);
        Assert.Null(gateway.Outside());
    }

    [Theory]
    [InlineData("crank-session.2")]
    [InlineData(null)]
    public async Task Another_protocol_is_refused_by_name(string? subprotocol)
    {
        await using var gateway = await ServiceMesh.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await Assert.ThrowsAsync<HttpRequestException>(() => OutsideService.SocketAsync(gateway, "owner", subprotocol))).StatusCode);
        using var plain = await gateway.Owner.GetAsync(new Uri("/v1/session", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("WebSocket", await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_crank_serves_is_not_taken_over_unless_the_operator_shares_it()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        await AssertRefusedAsync(gateway, OutsideService.Describe(OutsideService.Capability("echo@1.0.0")), "capability-taken");

        await using var sharing = await ServiceMesh.StartAsync(s => s with { Vouched = [s.Vouched[0] with { Shares = [CapabilityName.Parse("echo")] }] });
        await using var service = await OutsideService.DialAsync(sharing, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("echo@1.0.0"))));
        await sharing.UntilAsync(() => sharing.State() == ServiceState.Serving);
    }

    [Fact]
    public async Task A_name_is_kept_for_its_principal_while_its_service_is_away()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        var describe = OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"));
        await using (var service = await OutsideService.DialAsync(gateway, OutsideService.Hello(describe)))
        {
            await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);
        }

        await gateway.UntilAsync(() => gateway.Outside() is null);
        await gateway.Controller.Records.PutAsync(new Crank.Mesh.Tenants.PrincipalRecord().ToRow(TenantId.Owner, TestIdentity.Principal, 1));
        await AssertRefusedAsync(gateway, describe, "belongs to another principal", "owner@mallory");
        await using var again = await OutsideService.DialAsync(gateway, OutsideService.Hello(describe));
        await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);
    }

    [Fact]
    public async Task What_does_not_describe_itself_well_is_refused_with_the_reason()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        await AssertRefusedAsync(gateway, "[]"u8.ToArray(), "bad-description");
        await AssertRefusedAsync(gateway, OutsideService.Describe([.. Enumerable.Range(0, 65).Select(i => OutsideService.Capability($"w.c-{i}@1.0.0"))]), "bad-description");
    }

    [Fact]
    public async Task A_description_that_is_too_large_for_a_frame_ends_the_session_before_it_is_read()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        using var socket = await OutsideService.SocketAsync(gateway, "owner");
        byte[] header = [.. "{\"protocol\":\"crank-session/1\",\"service\":\"w\",\"version\":\"1.0.0\",\"isolation\":\"none\"}"u8];
        byte[] frame = [1, 0, 0, 0, (byte)header.Length, 0x7f, 0xff, 0xff, 0xff, .. header];
        await socket.SendAsync(frame, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

        var closed = await socket.ReceiveAsync(new Memory<byte>(new byte[1024]), TestContext.Current.CancellationToken);

        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (closed.MessageType, socket.CloseStatus));
        Assert.Null(gateway.Outside());
    }

    [Fact]
    public async Task Isolation_that_the_operator_does_not_vouch_for_counts_as_none()
    {
        await using var gateway = await ServiceMesh.StartAsync(s => s with { Vouched = [] });
        await using var service = await OutsideService.DialAsync(gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"))));
        await gateway.UntilAsync(() => gateway.Outside()?.Health is not null);

        Assert.Equal((Isolation.None, ServiceState.Joining), (gateway.Outside()!.Facts.Isolation, gateway.State()));
        Assert.Contains("isolation", gateway.Outside()!.Health!.Why, StringComparison.Ordinal);
        using var refused = await gateway.Owner.InvokeAsync("words.count");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    [Theory]
    [InlineData("process+rlimits", "process+rlimits+seccomp+landlock-7", "process+rlimits")]
    [InlineData("process+rlimits+seccomp", "process", "process")]
    [InlineData("process", "none", "none")]
    [InlineData("process", "Strong!", "none")]
    public void Only_layers_that_operator_and_service_both_name_are_believed(string granted, string claimed, string believed) =>
        Assert.Equal(believed, VouchedService.Believed(new(TestIdentity.Principal, Isolation.Parse(granted)), claimed).Value);

    [Fact]
    public async Task A_silent_service_leaves_when_its_lease_has_run_out_and_its_job_ends()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        using var socket = await OutsideService.SocketAsync(gateway, "owner");
        await SayHelloAsync(socket, OutsideService.Describe(OutsideService.Capability("words.count@1.0.0")));
        await gateway.UntilAsync(() => gateway.Outside() is not null);

        await gateway.UntilAsync(() => gateway.Outside() is null, TimeSpan.FromSeconds(1));
        await DrainAsync(socket);
        Assert.Equal((WebSocketCloseStatus)4008, socket.CloseStatus);
    }

    [Fact]
    public async Task A_job_whose_service_breaks_off_is_tried_on_the_next()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        var describe = OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"));
        var taken = new TaskCompletionSource<int>();
        var broken = new bool[2];
        OutsideService[] services = new OutsideService[2];
        for (var i = 0; i < 2; i++)
        {
            var number = i;
            services[i] = await OutsideService.DialAsync(gateway, OutsideService.Hello(describe), async (invocation, token) =>
            {
                if (gateway.Registry.All.Count(s => !s.Facts.IsBuiltIn && s.State == ServiceState.Serving) == 2 && taken.TrySetResult(number))
                {
                    await Task.Delay(Timeout.Infinite, token);
                }

                return await OutsideService.EchoAsync(invocation, token);
            });
        }

        await using var first = services[0];
        await using var second = services[1];
        await gateway.UntilAsync(() => gateway.Registry.All.Count(s => !s.Facts.IsBuiltIn && s.State == ServiceState.Serving) == 2);
        var running = gateway.Owner.InvokeAsync("words.count");
        services[await taken.Task].Break();

        using var answer = await running;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var receipt = gateway.Controller.Find(TenantId.Owner, gateway.Controller.List(TenantId.Owner, new(), null, 1)[0].Id)!.Receipt!;
        Assert.Equal(["worker-exit", null], receipt.Attempts.Select(a => a.Error?.Value));
        await gateway.UntilAsync(() => gateway.Registry.All.Count(s => !s.Facts.IsBuiltIn) == 1);
    }

    [Fact]
    public async Task Checks_that_fail_take_a_service_out_and_checks_that_succeed_put_it_back()
    {
        await using var gateway = await ServiceMesh.StartAsync(Patient);
        var ill = false;
        await using var service = await OutsideService.DialAsync(
            gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"))),
            (invocation, token) => ill ? Task.FromResult<InvocationResult>(new InvocationResult.Failed("internal", "Broken.", false)) : OutsideService.EchoAsync(invocation, token));
        await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);

        ill = true;
        var id = gateway.Outside()!.Id;
        await gateway.UntilCheckedAsync(id, s => s.State == ServiceState.Failing);
        Assert.Equal(3, gateway.Outside()!.Health!.Failures);
        Assert.DoesNotContain(gateway.Controller.Offers.Offers, o => o.Capability.Name.Value == "words.count");
        ill = false;
        await gateway.UntilCheckedAsync(id, s => s.State == ServiceState.Serving);
        Assert.Equal(2, gateway.Outside()!.Health!.Successes);
    }

    [Fact]
    public async Task Services_that_crank_brings_are_checked_too()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        await gateway.UntilCheckedAsync(WorkerId.Parse("test"), s => s.Health is { Ok: true });
    }

    [Fact]
    public async Task Only_so_many_join_at_once()
    {
        await using var gateway = await ServiceMesh.StartAsync(s => s with { Sessions = 1 });
        await using var first = await OutsideService.DialAsync(gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"))));
        await gateway.UntilAsync(() => gateway.Outside() is not null);
        await using var second = await OutsideService.DialAsync(gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.longest@1.0.0"))));
        Assert.Equal((WebSocketCloseStatus)4013, (await second.Ended)?.Status);
    }

    [Fact]
    public async Task A_service_that_says_nothing_is_cut_off()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        using var socket = await OutsideService.SocketAsync(gateway, "owner");
        var heard = socket.ReceiveAsync(new Memory<byte>(new byte[1024]), TestContext.Current.CancellationToken).AsTask();
        await gateway.UntilAsync(() => heard.IsCompleted, TimeSpan.FromSeconds(1));
        await heard;
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.CloseStatus);
    }

    [Fact]
    public async Task What_one_session_offers_ends_with_it_and_counts_in_no_other()
    {
        await using var gateway = await ServiceMesh.StartAsync();
        var hello = OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.count@1.0.0")));
        Offer offer;
        await using (var service = await OutsideService.DialAsync(gateway, hello))
        {
            await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);
            offer = gateway.Outside()!.Offers[0];
        }

        await gateway.UntilAsync(() => gateway.Outside() is null);
        await using var again = await OutsideService.DialAsync(gateway, hello);
        await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);
        Assert.NotEqual(offer.Id, gateway.Outside()!.Offers[0].Id);
        Assert.DoesNotContain(gateway.Controller.Offers.Offers, o => o.Id == offer.Id);
    }

    [Fact]
    public async Task Offers_end_by_themselves_and_heartbeats_renew_them()
    {
        await using var gateway = await ServiceMesh.StartAsync(Patient);
        await using var service = await OutsideService.DialAsync(gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"))));
        await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);
        var until = gateway.Outside()!.Offers[0].ExpiresAt;
        Assert.True(until - TestGateway.Start <= TimeSpan.FromHours(2));

        await gateway.UntilAsync(() => gateway.Outside()!.Offers[0].ExpiresAt > until, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task What_the_policy_for_offers_refuses_does_not_join()
    {
        const string Policy = "package crank.offers\ndecision := {\"allow\": count([c | some c in input.capabilities; c.name == \"words.count\"]) == 0, \"rule\": \"no-words\"}";
        await using var gateway = await ServiceMesh.StartAsync(Patient);
        gateway.Controller.Gate.Book.Put(PolicyInForce.Of([new PolicySource("p.rego", Policy)], ObjectValue.Empty, "test", "test/1", null, DefaultPolicies.Load(TimeProvider.System), TimeProvider.System));

        await AssertRefusedAsync(gateway, OutsideService.Describe(OutsideService.Capability("words.count@1.0.0")), "refused by rule no-words");
        await using var service = await OutsideService.DialAsync(gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("letters.count@1.0.0"))));
        await gateway.UntilAsync(() => gateway.Outside() is not null);
    }

    [Fact]
    public async Task A_check_that_policy_refuses_says_nothing_of_the_service()
    {
        await using var gateway = await ServiceMesh.StartAsync(o => Patient(o) with { Failures = 1 });
        await using var service = await OutsideService.DialAsync(gateway, OutsideService.Hello(OutsideService.Describe(OutsideService.Capability("words.count@1.0.0"))));
        await gateway.UntilAsync(() => gateway.State() == ServiceState.Serving);
        var id = gateway.Outside()!.Id;

        await gateway.Controller.Lockdown.LockAsync("stocktaking", PrincipalId.Owner, stopRunning: false);
        await gateway.UntilCheckedAsync(id, s => s.Health?.Why is not null);

        Assert.Equal((ServiceState.Serving, true), (gateway.State(), gateway.Outside()!.Health!.Ok));
        Assert.Contains("stocktaking", gateway.Outside()!.Health!.Why, StringComparison.Ordinal);
    }

    /// <summary>A clock that leaps takes nobody for silent.</summary>
    private static ServiceOptions Patient(ServiceOptions options) => options with { Lease = TimeSpan.FromDays(1), CheckEvery = TimeSpan.FromMinutes(30) };

    private static async Task AssertRefusedAsync(TestGateway gateway, byte[] describe, string said, string caller = "owner")
    {
        await using var service = await OutsideService.DialAsync(gateway, OutsideService.Hello(describe), caller: caller);
        var heard = await service.Ended;
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, heard?.Status);
        Assert.Contains(said, heard!.Value.Why, StringComparison.Ordinal);
        Assert.Null(gateway.Outside());
    }

    private static Task SayHelloAsync(ClientWebSocket socket, byte[] describe)
    {
        byte[] header = [.. "{\"protocol\":\"crank-session/1\",\"service\":\"w\",\"version\":\"1.0.0\",\"isolation\":\"none\"}"u8];
        byte[] frame = [1, 0, 0, 0, (byte)header.Length, 0, 0, (byte)(describe.Length >> 8), (byte)(describe.Length & 0xff), .. header, .. describe];
        return socket.SendAsync(frame, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
    }

    private static async Task DrainAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken)).MessageType != WebSocketMessageType.Close)
        {
            // Pings and invocations that nobody answers.
        }
    }
}
