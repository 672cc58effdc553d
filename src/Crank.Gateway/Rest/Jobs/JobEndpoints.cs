using System.Security.Cryptography;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Blobs;
using Crank.Gateway.Rest.Invoke;
using Crank.Gateway.Rest.Rollouts;
using Crank.Mesh;
using Crank.Storage;
using Crank.Trust.Statements;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Jobs;

/// <summary>What became of jobs: lists, one job, its result, its receipt, and why it went where it went. Another tenant's job is not there.</summary>
internal sealed class JobEndpoints(GatewayParts parts)
{
    private const int StandardPage = 50;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/jobs", Methods.Read, ListAsync).RequireScope(Scopes.JobsRead).Describe(JobOperations.List);
        routes.MapMethods("/v1/jobs/{job}", Methods.Read, GetAsync).RequireScope(Scopes.JobsRead).Describe(JobOperations.Get);
        routes.MapMethods("/v1/jobs/{job}/result", Methods.Read, ResultAsync).RequireScope(Scopes.JobsRead).Describe(JobOperations.Result);
        routes.MapMethods("/v1/jobs/{job}/blobs/{sha256}", Methods.Read, OutputAsync).RequireScope(Scopes.JobsRead).Describe(JobOperations.Output);
        routes.MapMethods("/v1/jobs/{job}/receipt", Methods.Read, ReceiptAsync).RequireScope(Scopes.JobsRead).Describe(JobOperations.Receipt);
        routes.MapMethods("/v1/jobs/{job}/explain", Methods.Read, ExplainAsync).RequireScope(Scopes.JobsRead).Describe(JobOperations.Explain);
    }

    /// <summary>The job that a route names.</summary>
    /// <exception cref="BadRequestException">That is no id; answered as a job that is not there.</exception>
    public static JobId IdOf(HttpContext context) =>
        context.GetRouteValue("job") is string text && JobId.TryParse(text, null, out var job) ? job : throw NoSuchJob((string)context.GetRouteValue("job")!);

    public static BadRequestException NoSuchJob(string job) => new(ProblemCodes.NotFound, $"There is no job '{job}' of yours.", "See /v1/jobs.");

    private Task ListAsync(HttpContext context)
    {
        Query.Only(context, "state", "capability", "principal", "limit", "cursor");
        var filter = new JobFilter(
            Query.Single(context, "state") is not { } word ? null : JobJson.State(word) ?? throw Query.Wrong($"There is no state '{word}'.", $"There are {string.Join(", ", Enum.GetValues<JobState>().Select(JobJson.Word))}."),
            Query.Value<CapabilityName>(context, "capability", "a name such as doc.convert"),
            Query.Value<PrincipalId>(context, "principal", "the id of a principal"));
        var limit = Query.Limit(context, StandardPage, JobOperations.LargestPage);
        var jobs = parts.Controller.List(context.Caller().Tenant, filter, Cursor.Read<JobId>(context), limit + 1);
        return Page.WriteAsync(context, jobs, limit, job => job.Id.ToString(), JobJson.Write);
    }

    private async Task GetAsync(HttpContext context)
    {
        Query.Only(context);
        var job = IdOf(context);
        var summary = parts.Controller.Summary(context.Caller().Tenant, job) ?? throw NoSuchJob(job.ToString());
        context.Response.Headers.CacheControl = "private, no-cache";
        var body = JsonAnswer.Render(json => JobJson.Write(json, summary));
        if (!await Conditional.AnsweredAsync(context, new($"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 16))}\"", isWeak: true)))
        {
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, body);
        }
    }

    private async Task ResultAsync(HttpContext context)
    {
        Query.Only(context);
        var report = ReportOf(context, out var summary);
        var capability = parts.Controller.Catalogue.Find(summary.Capability)?.Capability;
        if (Accepted.Bytes(context.Request, otherwise: false) is not { } bytes || (bytes && capability?.BlobOutput is null && !Accepted.Json(context.Request)))
        {
            await Problem.WriteAsync(context, ProblemCodes.NotAcceptable, $"{summary.Capability} answers with application/json{(capability?.BlobOutput is null ? "" : " or with its file")}.", "Leave out Accept.");
            return;
        }

        if (!summary.State.IsTerminal())
        {
            await Problem.WriteAsync(context, ProblemCodes.Conflict, $"Job {summary.Id} has not ended; it is {JobJson.Word(summary.State)}.", $"Wait for it at {Links.Events(summary.Id)}.");
            return;
        }

        await ResultAnswer.WriteAsync(context, capability, summary.Capability, report, parts.Blobs, bytes);
    }

    private Task OutputAsync(HttpContext context)
    {
        Query.Only(context);
        var report = ReportOf(context, out _);
        var digest = BlobEndpoints.DigestOf(context);
        return report.Delivery?.Blobs.GetValueOrDefault(digest) is { } blob
            ? BlobAnswer.SendAsync(context, DeliveredBlob.Of(blob, parts.Blobs), digest)
            : Problem.WriteAsync(context, ProblemCodes.NotFound, $"Job {report.Job} has no file {digest}, or no longer.", "Results are kept for 24 hours.");
    }

    private async Task ReceiptAsync(HttpContext context)
    {
        Query.Only(context);
        var job = IdOf(context);
        var tenant = context.Caller().Tenant;
        if (parts.Controller.ReceiptFile(tenant, job) is not { } file)
        {
            throw parts.Controller.Summary(tenant, job) is null ? NoSuchJob(job.ToString()) : NoReceiptYet(job);
        }

        context.Response.Headers.CacheControl = "private, no-cache";
        if (!await Conditional.AnsweredAsync(context, new($"\"{Convert.ToHexStringLower(SHA256.HashData(file))}\"", isWeak: true)))
        {
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{job}.receipt.json\"";
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, file);
        }
    }

    private Task ExplainAsync(HttpContext context)
    {
        Query.Only(context);
        var job = IdOf(context);
        var tenant = context.Caller().Tenant;
        var explanation = parts.Controller.Explain(tenant, job) ?? throw (parts.Controller.Summary(tenant, job) is null ? NoSuchJob(job.ToString()) : NoReceiptYet(job));
        context.Response.Headers.CacheControl = "private, no-cache";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("job", job.ToString());
            json.WriteBoolean("snapshotKept", explanation.Again is not null);
            json.WriteBoolean("agrees", explanation.Agrees);
            if (explanation.Share is { } share)
            {
                RolloutJson.Write(json, share);
            }

            json.WritePropertyName("receipt");
            using var statement = JsonDocument.Parse(ReceiptStatement.Encode(explanation.Receipt));
            statement.RootElement.GetProperty("predicate").WriteTo(json);
            json.WriteEndObject();
        });
    }

    private JobReport ReportOf(HttpContext context, out JobSummary summary)
    {
        var (tenant, job) = (context.Caller().Tenant, IdOf(context));
        summary = parts.Controller.Summary(tenant, job) ?? throw NoSuchJob(job.ToString());
        return parts.Controller.Find(tenant, job) ?? throw NoSuchJob(job.ToString());
    }

    private static BadRequestException NoReceiptYet(JobId job) => new(ProblemCodes.Conflict, $"Job {job} has not ended and has no receipt yet.", $"Wait for it at {Links.Events(job)}.");
}
