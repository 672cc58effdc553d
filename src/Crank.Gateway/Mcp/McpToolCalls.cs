using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Gateway.Agents;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Quotas;
using Crank.Mesh;
using Crank.Mesh.Path;
using Crank.Mesh.Run;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Crank.Gateway.Mcp;

/// <summary>A tool call is a job: the same request, down the same path, as every other ingress makes it.</summary>
internal sealed class McpToolCalls(Controller controller, AgentFiles files, Door door, LiveOptions options)
{
    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var identity = McpCaller.Of(request.User);
        var caller = identity.Caller;
        var call = request.Params ?? throw new McpProtocolException("tools/call needs params.", McpErrorCode.InvalidParams);
        if (!CapabilityName.TryParse(call.Name, null, out var name) || controller.Catalogue.Find(name, null) is not { Capability: var capability })
        {
            var near = controller.Catalogue.Nearest(call.Name);
            throw new McpProtocolException($"Unknown tool: {PlainText.Of(call.Name, 128)}{(near is null ? "" : $"; did you mean {near}?")}", McpErrorCode.InvalidParams);
        }

        if (!caller.Scopes.Contains(Scopes.JobsWrite))
        {
            return Refused(RefusalCodes.Forbidden.Value, $"This needs the scope '{Scopes.JobsWrite}', which the key does not have.", "Use a key that has it, or ask who made this one.", null);
        }

        JobRequest job;
        try
        {
            var (input, blobs) = files.Split(caller, capability, call.Arguments ?? new Dictionary<string, JsonElement>());
            job = new(
                caller.Tenant, caller.Principal, name, null, input, blobs, AgentTerms.Read(Meta(call, "terms")), KeyOf(call), TraceParent: identity.TraceParent, Roles: caller.Roles, Purse: caller.Purse);
        }
        catch (AgentRequestException e)
        {
            return Refused(RefusalCodes.BadInput.Value, e.Message, e.Hint, null);
        }

        JobReport report;
        IDisposable? pass;
        try
        {
            pass = await door.PassAsync(name.Value, caller, identity.Urgency, cancellationToken);
        }
        catch (BadRequestException full)
        {
            return Refused(full.Code.Code, full.Message, $"Call again after {full.RetryAfter!.Value.TotalSeconds:0} s.", null, full.RetryAfter);
        }

        using var place = pass;
        var progress = McpProgress.For(request, cancellationToken);
        await using (progress)
        {
            report = await controller.SubmitAsync(job, progress, cancellationToken);
        }

        return report switch
        {
            { Refusal: { } refusal } => Refused(refusal.Code.Value, refusal.Message, refusal.Try, report, refusal.RetryAfter),
            { Delivery: { } delivery, Job: { } id } => await DoneAsync(id, delivery, report, cancellationToken),
            _ => Refused("result-gone", "The job is done and its result is no longer kept.", "Run it again under a new key.", report),
        };
    }

    private async Task<CallToolResult> DoneAsync(JobId job, Delivery delivery, JobReport report, CancellationToken cancellationToken)
    {
        var json = JsonElement.Parse(delivery.Json.Span);
        List<ContentBlock> content = [new TextContentBlock { Text = json.GetRawText() }];
        foreach (var (digest, blob) in delivery.Blobs.OrderBy(b => b.Key.Hex, StringComparer.Ordinal))
        {
            content.Add(await McpFiles.BlockAsync(JobReader.FileUri(job, digest), JobReader.FileOf(blob), options.Agents.InlineOutput, cancellationToken));
        }

        content.Add(new ResourceLinkBlock { Uri = JobReader.ReceiptUri(job), Name = "receipt", MimeType = McpResources.ReceiptType, Description = "The signed receipt of this job." });
        return new() { Content = content, StructuredContent = json, Meta = MetaOf(report) };
    }

    private static CallToolResult Refused(string code, string message, string hint, JobReport? report, TimeSpan? retryAfter = null)
    {
        var meta = MetaOf(report);
        meta[McpTools.MetaPrefix + "code"] = code;
        if (retryAfter is { } wait)
        {
            meta[McpTools.MetaPrefix + "retryAfter"] = (int)Math.Ceiling(wait.TotalSeconds);
        }

        return new()
        {
            IsError = true,
            Content = [new TextContentBlock { Text = hint.Length == 0 ? $"{code}: {message}" : $"{code}: {message}\nTry: {hint}" }],
            Meta = meta,
        };
    }

    private static JsonObject MetaOf(JobReport? report)
    {
        var meta = new JsonObject();
        if (report?.Job is { } job)
        {
            meta[McpTools.MetaPrefix + "job"] = job.ToString();
            if (report.Receipt is not null)
            {
                meta[McpTools.MetaPrefix + "receipt"] = JobReader.ReceiptUri(job);
            }

            meta[McpTools.MetaPrefix + "repeated"] = report.Repeated;
        }

        return meta;
    }

    private static string? KeyOf(CallToolRequestParams call) => Meta(call, "key") switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw new AgentRequestException($"'{McpTools.MetaPrefix}key' is not a string.", "An idempotency key is text of 1 to 200 characters."),
    };

    private static JsonElement? Meta(CallToolRequestParams call, string name) =>
        call.Meta?[McpTools.MetaPrefix + name] is { } node ? JsonSerializer.SerializeToElement(node) : null;
}
