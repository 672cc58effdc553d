using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Crank.Gateway.A2a.Protocol;
using Crank.Gateway.Agents;
using Crank.Gateway.Contract;
using Crank.Gateway.Hosting;
using Crank.Gateway.Identity;
using Crank.Gateway.Observability;
using Crank.Gateway.Problems;
using Crank.Gateway.Quotas;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crank.Gateway.A2a;

/// <summary>The Agent2Agent protocol 1.0 as JSON-RPC with server-sent events at <c>/a2a</c>, and the signed card that leads there.</summary>
internal sealed partial class A2aEndpoints(A2aMethods methods, AgentCards cards, OriginGuard guard, OpenStreams streams, ILogger<A2aEndpoints> log)
{
    private const string Version = "1.0";
    private static readonly FrozenDictionary<string, string> s_scopes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["SendMessage"] = Scopes.JobsWrite,
        ["SendStreamingMessage"] = Scopes.JobsWrite,
        ["CancelTask"] = Scopes.JobsWrite,
        ["GetTask"] = Scopes.JobsRead,
        ["ListTasks"] = Scopes.JobsRead,
        ["SubscribeToTask"] = Scopes.JobsRead,
        ["GetExtendedAgentCard"] = Scopes.MeshRead,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The methods that are offered.</summary>
    public static IEnumerable<string> Methods => s_scopes.Keys;

    public static void Add(IServiceCollection services, LiveOptions options, GatewayParts parts, Door door)
    {
        var jobs = new JobReader(parts);
        var conversations = new Conversations(parts.Controller.Records, options, parts.Clock);
        var messages = new MessageReader(parts.Controller, new(options, jobs));
        var methods = new A2aMethods(parts.Controller, jobs, messages, conversations, new(jobs, conversations, options), door, options);
        services.AddSingleton(_ => new AgentCards(options, parts));
        services.AddSingleton(p => new A2aEndpoints(
            methods, p.GetRequiredService<AgentCards>(), new(options), new(() => options.Agents.Streams, parts.Clock), p.GetRequiredService<ILogger<A2aEndpoints>>()));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var a2a = routes.ServiceProvider.GetRequiredService<A2aEndpoints>();
        const string Own = "The Agent2Agent protocol is its contract.";
        routes.MapPost(AgentCards.CallPath, a2a.CallAsync).RequireScope(Scopes.MeshRead).LeaveOut(Own);
        routes.MapGet(AgentCards.CardPath, a2a.CardAsync).OpenToAll().LeaveOut(Own);
        routes.MapGet(AgentCards.KeysPath, a2a.KeysAsync).OpenToAll().LeaveOut(Own);
    }

    private Task CardAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        return WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(cards.Public(context), A2aJson.Default.AgentCard));
    }

    private Task KeysAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        return WriteAsync(context, Encoding.UTF8.GetBytes(cards.KeySet()));
    }

    private async Task CallAsync(HttpContext context)
    {
        if (!await guard.PassesAsync(context))
        {
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        JsonElement? id = null;
        try
        {
            var call = await ReadAsync(context);
            id = call.Id;
            var method = Checked(context, call);
            if (!context.Caller().Scopes.Contains(s_scopes[method]))
            {
                await Problem.WriteAsync(
                    context, ProblemCodes.Forbidden, $"'{method}' needs the scope '{s_scopes[method]}', which this identity does not have.", "Use a key that has it, or ask who made this one.");
                return;
            }

            using var until = context.UntilStop();
            await AnswerAsync(context, call, method, until.Token);
        }
        catch (A2aException e)
        {
            await FailAsync(context, id, e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or BadHttpRequestException or BadRequestException))
        {
            Failed(log, e);
            await FailAsync(context, id, new(-32603, "INTERNAL", "The gateway failed; the log has the details.", "Try again; if it stays so, report it."));
        }
    }

    private Task AnswerAsync(HttpContext context, JsonRpcRequest call, string method, CancellationToken stop)
    {
        var caller = context.Caller();
        var (trace, urgency) = (context.TraceParent(), Urgency.Of(context.Request));
        return method switch
        {
            "SendMessage" => OneAsync(context, call, methods.SendAsync(caller, Params(call, A2aJson.Default.SendMessageRequest), trace, urgency, stop), A2aJson.Default.SendMessageResponse),
            "SendStreamingMessage" => ManyAsync(context, call, methods.StreamAsync(caller, Params(call, A2aJson.Default.SendMessageRequest), trace, urgency, stop)),
            "SubscribeToTask" => ManyAsync(context, call, methods.SubscribeAsync(caller, Params(call, A2aJson.Default.TaskRequest), stop)),
            "GetTask" => OneAsync(context, call, methods.GetAsync(caller, Params(call, A2aJson.Default.GetTaskRequest), stop), A2aJson.Default.AgentTask),
            "CancelTask" => OneAsync(context, call, methods.CancelAsync(caller, Params(call, A2aJson.Default.TaskRequest), stop), A2aJson.Default.AgentTask),
            "ListTasks" => OneAsync(context, call, methods.ListAsync(caller, Params(call, A2aJson.Default.ListTasksRequest), stop), A2aJson.Default.ListTasksResponse),
            _ => OneAsync(context, call, Task.FromResult(cards.Extended(context)), A2aJson.Default.AgentCard),
        };
    }

    private static async Task<JsonRpcRequest> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim() is not ("application/json" or "application/a2a+json"))
        {
            throw new BadRequestException(ProblemCodes.UnsupportedMediaType, "A call is JSON.", "Send it as application/json.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, A2aJson.Default.JsonRpcRequest, context.RequestAborted) ?? throw A2aException.InvalidRequest("The body is null.");
        }
        catch (JsonException e)
        {
            throw e.Path is null or "$" && e.InnerException is not null ? A2aException.ParseError(e.Message) : A2aException.InvalidRequest(e.Message);
        }
    }

    private static string Checked(HttpContext context, JsonRpcRequest call)
    {
        if (call is not { Jsonrpc: "2.0", Method.Length: > 0, Id.ValueKind: JsonValueKind.String or JsonValueKind.Number })
        {
            throw A2aException.InvalidRequest("This is not a JSON-RPC 2.0 request with a method and an id.");
        }

        // Section 3.6.2: who names no version means 0.3.
        var asked = context.Request.Headers["A2A-Version"] is [{ Length: > 0 } header, ..] ? header : context.Request.Query["A2A-Version"] is [{ Length: > 0 } query, ..] ? query : "0.3";
        if (asked != Version)
        {
            throw A2aException.VersionNotSupported(PlainText.Of(asked, 16));
        }

        if (A2aUnsupported.Push.Contains(call.Method!))
        {
            throw A2aException.PushNotSupported();
        }

        if (!s_scopes.ContainsKey(call.Method!))
        {
            throw new A2aException(
                -32601, "METHOD_NOT_FOUND", $"There is no method '{PlainText.Of(call.Method!, 64)}'.",
                A2aUnsupported.Older.Contains(call.Method!) ? "That is a name of A2A 0.3; 1.0 is spoken here." : $"There are {string.Join(", ", s_scopes.Keys.Order(StringComparer.Ordinal))}.");
        }

        // The tenant comes from the authenticated identity and nothing else.
        if (call.Params is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty("tenant", out var tenant) && tenant is { ValueKind: JsonValueKind.String } named && named.GetString() is { Length: > 0 })
        {
            throw A2aException.InvalidParams("A tenant is named in the call.", "Leave it out: the tenant is that of the key.");
        }

        return call.Method!;
    }

    private static T Params<T>(JsonRpcRequest call, JsonTypeInfo<T> type)
        where T : class, new()
    {
        try
        {
            return call.Params is { } given ? given.Deserialize(type) ?? new() : new();
        }
        catch (JsonException e)
        {
            throw A2aException.InvalidParams($"The params do not fit {call.Method}: {e.Path ?? "$"} is not of its type.");
        }
    }

    private static async Task OneAsync<T>(HttpContext context, JsonRpcRequest call, Task<T> result, JsonTypeInfo<T> type) =>
        await WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(new() { Id = call.Id, Result = JsonSerializer.SerializeToElement(await result, type) }, A2aJson.Default.JsonRpcResponse));

    private async Task ManyAsync(HttpContext context, JsonRpcRequest call, IAsyncEnumerable<StreamResponse> events)
    {
        var (open, retryAfter) = streams.Open(context.Caller().Tenant);
        if (open is null)
        {
            throw new BadRequestException(ProblemCodes.OverQuota, $"There are {streams.Most} streams open, which is as many as a tenant may.", "Close one, or ask with GetTask.") { RetryAfter = retryAfter };
        }

        using var place = open;
        try
        {
            await foreach (var news in events)
            {
                if (!context.Response.HasStarted)
                {
                    context.Response.ContentType = "text/event-stream";
                }

                var line = JsonSerializer.Serialize(new() { Id = call.Id, Result = JsonSerializer.SerializeToElement(news, A2aJson.Default.StreamResponse) }, A2aJson.Default.JsonRpcResponse);
                await context.Response.WriteAsync($"data: {line}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The gateway stops: the stream ends, and its client subscribes again.
        }
    }

    private static async Task FailAsync(HttpContext context, JsonElement? id, A2aException e)
    {
        var metadata = new JsonObject();
        if (e.Hint.Length > 0)
        {
            metadata["try"] = e.Hint;
        }

        var detail = new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = e.Reason, ["domain"] = "a2a-protocol.org", ["metadata"] = metadata };
        var error = new JsonRpcError { Code = e.Code, Message = e.Message + (e.Hint.Length == 0 ? "" : " " + e.Hint), Data = [JsonSerializer.SerializeToElement(detail)] };
        var answer = JsonSerializer.SerializeToUtf8Bytes(new() { Id = id ?? JsonElement.Parse("null"u8), Error = error }, A2aJson.Default.JsonRpcResponse);
        if (!context.Response.HasStarted)
        {
            await WriteAsync(context, answer);
            return;
        }

        await context.Response.WriteAsync($"data: {Encoding.UTF8.GetString(answer)}\n\n", context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    [LoggerMessage(40, LogLevel.Error, "A call of the A2A protocol failed.")]
    private static partial void Failed(ILogger log, Exception exception);
}
