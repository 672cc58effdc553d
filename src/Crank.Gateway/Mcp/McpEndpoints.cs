using System.Security.Claims;
using Crank.Core;
using Crank.Gateway.Agents;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Observability;
using Crank.Gateway.Quotas;
using Crank.Mesh;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace Crank.Gateway.Mcp;

/// <summary>The Model Context Protocol over Streamable HTTP at <c>/mcp</c>: revision 2026-07-28, and the handshake of 2025-11-25 and earlier.</summary>
internal static class McpEndpoints
{
    private const string Instructions =
        "Each tool is a capability of this mesh. A call is a job: it is checked against policy and budget, runs in a sandbox without network, and leaves a signed receipt. " +
        "Give files as text or base64 inside the call, or by the uri of a file that an earlier job delivered. A refusal says what to try.";

    public static void AddMcp(this IServiceCollection services, LiveOptions options, GatewayParts parts, Door door)
    {
        var jobs = new JobReader(parts);
        var calls = new McpToolCalls(parts.Controller, new(options, jobs), door, options);
        var resources = new McpResources(jobs, options);
        var prompts = new McpPrompts(parts.Controller, jobs);
        services.AddMcpServer(server =>
        {
            server.ServerInfo = new() { Name = "crank", Title = "Crank", Version = typeof(McpEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0" };
            server.ServerInstructions = Instructions;
            server.ScopeRequests = false;
            server.Capabilities = new() { Tools = new() { ListChanged = false }, Resources = new() { ListChanged = false, Subscribe = false }, Prompts = new() { ListChanged = false }, Completions = new() };
            server.Handlers.ListToolsHandler = (request, _) => new(ListTools(parts.Controller, request.Params?.Cursor, options.Agents.Page));
            server.Handlers.CallToolHandler = calls.CallAsync;
            server.Handlers.ListResourcesHandler = (request, _) => new(resources.List(request));
            server.Handlers.ListResourceTemplatesHandler = (_, _) => new(McpResources.Templates);
            server.Handlers.ReadResourceHandler = resources.ReadAsync;
            server.Handlers.ListPromptsHandler = (_, _) => new(McpPrompts.List());
            server.Handlers.GetPromptHandler = (request, _) => new(prompts.Get(request));
            server.Handlers.CompleteHandler = (request, _) => new(prompts.Complete(request));
        }).WithHttpTransport(http =>
        {
            // Older revisions take a call back by a message of its own, which only a session can bring to the call.
            http.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
#pragma warning disable MCP9006 // Sessions are on for older revisions alone, so they need their bounds.
            http.IdleTimeout = options.Agents.SessionIdle;
            http.MaxIdleSessionCount = options.Agents.Sessions;
#pragma warning restore MCP9006
            http.TimeProvider = parts.Clock;
        });
    }

    public static void MapMcp(this IEndpointRouteBuilder routes, LiveOptions options)
    {
        var guard = new OriginGuard(options);
        McpEndpointRouteBuilderExtensions.MapMcp(routes, "/mcp").RequireScope(Scopes.MeshRead).LeaveOut("The Model Context Protocol is its contract.").Add(endpoint =>
        {
            if (endpoint.RequestDelegate is { } serve)
            {
                endpoint.RequestDelegate = context => ServeAsync(context, guard, serve);
            }
        });
    }

    private static async Task ServeAsync(HttpContext context, OriginGuard guard, RequestDelegate serve)
    {
        if (await guard.PassesAsync(context))
        {
            context.User = new ClaimsPrincipal(new McpCaller(context.Caller(), context.TraceParent(), Urgency.Of(context.Request)));
            await serve(context);
        }
    }

    private static ListToolsResult ListTools(Controller controller, string? cursor, int page)
    {
        if (cursor is not null && !CapabilityName.TryParse(cursor, null, out _))
        {
            throw new McpProtocolException("The cursor is not one that was given out here.", McpErrorCode.InvalidParams);
        }

        var (tools, next) = McpTools.List(controller.Catalogue, cursor, page);
        return new() { Tools = tools, NextCursor = next };
    }
}
