using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Observability;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Bodies;
using Crank.Gateway.Rest.Capabilities;
using Crank.Gateway.Rest.Invoke;
using Crank.Mesh.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Jobs;

/// <summary><c>POST /v1/jobs</c> accepts a job that runs later; <c>DELETE /v1/jobs/{job}</c> takes one back.</summary>
internal sealed class SubmitEndpoint(GatewayParts parts, LiveOptions options)
{
    private static readonly string[] s_members = ["capability", "parent", "priority", "notBefore"];
    private readonly InvocationReader _reader = new(parts, options);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/jobs", Methods.Post, SubmitAsync).RequireScope(Scopes.JobsWrite).Describe(JobOperations.Submit);
        routes.MapMethods("/v1/jobs/{job}", Methods.Delete, CancelAsync).RequireScope(Scopes.JobsWrite).Describe(JobOperations.Cancel);
    }

    private async Task SubmitAsync(HttpContext context)
    {
        Query.Only(context);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new BadRequestException(ProblemCodes.UnsupportedMediaType, "A job is asked for as JSON.", "Files go beside it: PUT /v1/blobs/SHA256, or invoke the capability with 'Prefer: respond-async'.");
        }

        InvocationReader.CheckCharset(type);
        var key = RequestFields.IdempotencyKey(context.Request);
        var body = await BodyReader.ReadJsonAsync(context, options);
        var (text, parent, schedule) = Read(body);
        var entry = CapabilityEndpoints.Find(parts.Controller.Catalogue, text, out var name, out var version)
            ?? throw new BadRequestException(
                ProblemCodes.NotFound, $"There is no capability '{text}'.", parts.Controller.Catalogue.Nearest(name.Value.Length > 0 ? name.Value : text) is { } near ? $"Did you mean '{near}'?" : "See /v1/capabilities.",
                [new("/capability", "There is no such capability.")]);
        var invocation = _reader.Read(context, entry.Capability, body, s_members);
        var caller = context.Caller();
        var report = await parts.Controller.AcceptAsync(
            new(caller.Tenant, caller.Principal, name, version, invocation.Input, invocation.Blobs, invocation.Terms, key, parent, context.TraceParent(), caller.Roles, caller.Purse),
            schedule, context.RequestAborted);
        await QueuedAnswer.WriteAsync(context, entry.Capability.Id, report);
    }

    private async Task CancelAsync(HttpContext context)
    {
        Query.Only(context);
        var (tenant, job) = (context.Caller().Tenant, JobEndpoints.IdOf(context));
        switch (await parts.Controller.CancelAsync(tenant, job))
        {
            case CancelAnswer.NotFound:
                throw JobEndpoints.NoSuchJob(job.ToString());
            case CancelAnswer.Ended:
                throw new BadRequestException(ProblemCodes.Conflict, $"Job {job} has ended.", $"See {Links.Job(job)}.");
            case CancelAnswer.Stopping:
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                context.Response.Headers.Location = Links.Job(job);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
        }
    }

    private static (string Capability, JobId? Parent, Schedule Schedule) Read(ReadOnlyMemory<byte> body)
    {
        var root = JsonElement.Parse(body.Span, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var errors = new List<ProblemPointer>();
        var capability = Text(root, "capability", errors);
        if (capability is null && errors.Count == 0)
        {
            errors.Add(new("/capability", "The capability is missing."));
        }

        var parent = Value<JobId>(root, "parent", "the id of a job", errors);
        var notBefore = Text(root, "notBefore", errors) is not { } moment ? null : Query.Time(moment) ?? Fault(errors, "/notBefore", "'notBefore' is a moment such as 2026-01-31T12:00:00Z.");
        var priority = Text(root, "priority", errors) switch
        {
            null or "normal" => JobPriority.Normal,
            "low" => JobPriority.Low,
            "high" => JobPriority.High,
            _ => Wrong(errors),
        };
        return errors.Count == 0
            ? (capability!, parent, new(priority, notBefore))
            : throw new BadRequestException(ProblemCodes.BadInput, errors[0].Detail, "See docs/http-api.md, Jobs.", errors);
    }

    private static JobPriority Wrong(List<ProblemPointer> errors)
    {
        errors.Add(new("/priority", "'priority' is low, normal or high."));
        return JobPriority.Normal;
    }

    private static DateTimeOffset? Fault(List<ProblemPointer> errors, string pointer, string detail)
    {
        errors.Add(new(pointer, detail));
        return null;
    }

    private static T? Value<T>(JsonElement root, string name, string form, List<ProblemPointer> errors)
        where T : struct, IParsable<T>
    {
        if (Text(root, name, errors) is not { } text)
        {
            return null;
        }

        if (T.TryParse(text, null, out var value))
        {
            return value;
        }

        errors.Add(new("/" + name, $"'{name}' is {form}."));
        return null;
    }

    private static string? Text(JsonElement root, string name, List<ProblemPointer> errors)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            errors.Add(new("/" + name, $"'{name}' is a text."));
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
