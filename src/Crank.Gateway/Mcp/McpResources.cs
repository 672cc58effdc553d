using System.Text;
using Crank.Core;
using Crank.Gateway.Agents;
using Crank.Gateway.Identity;
using Crank.Storage;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Crank.Gateway.Mcp;

/// <summary>Receipts, results and files of the caller's own jobs as resources.</summary>
internal sealed class McpResources(JobReader jobs, LiveOptions options)
{
    public const string ReceiptType = "application/vnd.crank.receipt+json";

    public static ListResourceTemplatesResult Templates { get; } = new()
    {
        ResourceTemplates =
        [
            new() { Name = "receipt", UriTemplate = JobReader.Jobs + "{job}/receipt", MimeType = ReceiptType, Description = "The signed receipt of a job, verifiable offline." },
            new() { Name = "result", UriTemplate = JobReader.Jobs + "{job}/result", MimeType = "application/json", Description = "What a job delivered, kept for 24 hours." },
            new() { Name = "file", UriTemplate = JobReader.Jobs + "{job}/blobs/{digest}", Description = "A file that a job delivered, by its digest (sha256:…)." },
            new() { Name = "upload", UriTemplate = JobReader.Blobs + "{digest}", Description = "A file that was uploaded, by its digest (sha256:…)." },
        ],
    };

    /// <summary>The receipts of the newest jobs.</summary>
    public ListResourcesResult List(RequestContext<ListResourcesRequestParams> request)
    {
        var caller = Allowed(request.User);
        JobId? before = null;
        if (request.Params?.Cursor is { } cursor)
        {
            before = JobId.TryParse(cursor, null, out var id) ? id : throw new McpProtocolException("The cursor is not one that was given out here.", McpErrorCode.InvalidParams);
        }

        var rows = jobs.List(caller, JobFilter.All, before, options.Agents.Page + 1);
        return new()
        {
            Resources =
            [
                .. rows.Take(options.Agents.Page).Where(r => r.State.IsTerminal()).Select(r => new Resource
                {
                    Uri = JobReader.ReceiptUri(r.Id),
                    Name = $"receipt-{r.Id}",
                    Title = $"Receipt of {r.Capability}",
                    MimeType = ReceiptType,
                }),
            ],
            NextCursor = rows.Count > options.Agents.Page ? rows[options.Agents.Page - 1].Id.ToString() : null,
        };
    }

    /// <summary>One of them.</summary>
    public async ValueTask<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        var caller = Allowed(request.User);
        var uri = request.Params?.Uri ?? "";
        return new() { Contents = [await FindAsync(caller, uri, cancellationToken) ?? throw new McpProtocolException($"There is no resource '{PlainText.Of(uri, 200)}'.", McpErrorCode.ResourceNotFound)] };
    }

    private async Task<ResourceContents?> FindAsync(Caller caller, string uri, CancellationToken cancellationToken)
    {
        if (jobs.FindFile(caller, uri) is { } file)
        {
            return file.Length <= options.Agents.Resource
                ? await McpFiles.ContentsAsync(uri, file, cancellationToken)
                : throw new McpProtocolException(
                    $"The file has {file.Length:N0} bytes; at most {options.Agents.Resource:N0} are sent inside a message. Fetch it over REST: GET /v1/jobs/JOB/result.", McpErrorCode.InvalidRequest);
        }

        if (!JobReader.TryParse(uri, out var job, out var part))
        {
            return null;
        }

        return part switch
        {
            "receipt" when jobs.Receipt(caller, job) is { } receipt => Text(uri, ReceiptType, receipt),
            "result" when jobs.Report(caller, job)?.Delivery is { } delivery => Text(uri, "application/json", delivery.Json.Span),
            _ => null,
        };
    }

    private static TextResourceContents Text(string uri, string mediaType, ReadOnlySpan<byte> utf8) => new() { Uri = uri, MimeType = mediaType, Text = Encoding.UTF8.GetString(utf8) };

    private static Caller Allowed(System.Security.Claims.ClaimsPrincipal? user)
    {
        var caller = McpCaller.Of(user).Caller;
        return caller.Scopes.Contains(Scopes.JobsRead)
            ? caller
            : throw new McpProtocolException($"This needs the scope '{Scopes.JobsRead}', which the key does not have. Use a key that has it.", McpErrorCode.InvalidRequest);
    }
}
