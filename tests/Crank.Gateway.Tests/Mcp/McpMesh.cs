using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Tests.Agents;
using Crank.Gateway.Tests.Peers;

namespace Crank.Gateway.Tests.Mcp;

/// <summary>A gateway with two capabilities, and the public MCP clients in front of it as its owner.</summary>
internal sealed class McpMesh : IAsyncDisposable
{
    private readonly OwnerPort _port;

    private McpMesh(TestGateway gateway) => (Gateway, _port) = (gateway, new(gateway.Socket));

    public TestGateway Gateway { get; }

    public Uri Address => new(_port.Address, "/mcp");

    public static async Task<McpMesh> StartAsync(Func<GatewayOptions, GatewayOptions>? configure = null, params ImmutableArray<Capability> capabilities)
    {
        var gateway = await TestGateway.StartAsync(configure, capabilities.IsDefaultOrEmpty ? [TestWorkers.Echo, AgentCapabilities.Upper] : capabilities);
        gateway.Workers.Run = AgentCapabilities.RunAsync;
        return new(gateway);
    }

    public Task<JsonElement> RunAsync(string client, params object[] steps) => NodePeers.RunAsync("mcp.mjs", new { url = Address, client, steps });

    /// <summary>How a job ended; waits for the commit that says so.</summary>
    public async Task<JobState> EndOfAsync(JobId job)
    {
        for (var tries = 0; tries < 600 && !Gateway.Store.FindJob(job)!.State.IsTerminal(); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }

        return Gateway.Store.FindJob(job)!.State;
    }

    public async ValueTask DisposeAsync()
    {
        await _port.DisposeAsync();
        await Gateway.DisposeAsync();
    }
}
