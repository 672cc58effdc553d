using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Registry;

namespace Crank.Gateway.Tests.Services;

/// <summary>What tests of services ask of a gateway.</summary>
internal static class ServiceMesh
{
    /// <summary>A gateway whose operator vouches for the isolation of the test's own principal.</summary>
    public static Task<TestGateway> StartAsync(Func<ServiceOptions, ServiceOptions>? change = null) => TestGateway.StartAsync(
        o => o with { Services = (change ?? (s => s))(new() { Vouched = [new(TestIdentity.Principal, TestWorkers.Strong)] }) });

    public static Registration? Outside(this TestGateway gateway) => gateway.Registry.All.FirstOrDefault(s => !s.Facts.IsBuiltIn);

    public static ServiceState? State(this TestGateway gateway) => gateway.Outside()?.State;

    /// <summary>Waits for what other threads bring about, moving the clock where a step is given.</summary>
    public static async Task UntilAsync(this TestGateway gateway, Func<bool> condition, TimeSpan step = default)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            if (step > TimeSpan.Zero)
            {
                gateway.Clock.Advance(step);
            }

            await Task.Delay(10, late.Token);
        }
    }

    /// <summary>Lets checks of a service come one after another, an hour apart: the clock moves on when one has ended, or when none came for a while.</summary>
    public static async Task UntilCheckedAsync(this TestGateway gateway, WorkerId id, Func<Registration, bool> condition)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromMinutes(2));
        while (gateway.Registry.Find(id) is { } service && !condition(service))
        {
            gateway.Clock.Advance(TimeSpan.FromHours(1));
            for (var i = 0; i < 100 && gateway.Registry.Find(id) is { } now && now.Health?.At == service.Health?.At; i++)
            {
                await Task.Delay(20, late.Token);
            }
        }

        Assert.NotNull(gateway.Registry.Find(id));
    }

    public static async Task<JsonElement> ServicesAsync(this HttpClient client) =>
        JsonElement.Parse(await client.GetStringAsync(new Uri("/v1/services", UriKind.Relative), TestContext.Current.CancellationToken)).GetProperty("items");

    public static Task<HttpResponseMessage> InvokeAsync(this HttpClient client, string capability) => client.PostAsync(
        new Uri($"/v1/capabilities/{capability}/invoke", UriKind.Relative), new StringContent("""{"input":{"message":"hello"}}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
}
