using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Invoke;
using Crank.Mesh.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Jobs;

/// <summary><c>/v1/dead-letters</c>: jobs that were accepted and not done, kept with their input until somebody asks for them again or removes them.</summary>
internal sealed class DeadLetterEndpoints(GatewayParts parts)
{
    private const int StandardPage = 50;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/dead-letters", Methods.Read, ListAsync).RequireScope(Scopes.JobsRead).Describe(DeadLetterOperations.List);
        routes.MapMethods("/v1/dead-letters/{job}", Methods.Delete, RemoveAsync).RequireScope(Scopes.JobsWrite).Describe(DeadLetterOperations.Remove);
        routes.MapMethods("/v1/dead-letters/{job}/requeue", Methods.Post, RequeueAsync).RequireScope(Scopes.JobsWrite).Describe(DeadLetterOperations.Requeue);
    }

    private Task ListAsync(HttpContext context)
    {
        Query.Only(context, "limit", "cursor");
        var limit = Query.Limit(context, StandardPage, JobOperations.LargestPage);
        var letters = parts.Controller.DeadLetters(context.Caller().Tenant, Cursor.Read<JobId>(context), limit + 1);
        return Page.WriteAsync(context, letters, limit, letter => letter.Job.Id.ToString(), (json, letter) => JobJson.Write(json, letter.Job));
    }

    private async Task RemoveAsync(HttpContext context)
    {
        Query.Only(context);
        var job = IdOf(context);
        if (!await parts.Controller.ForgetDeadLetterAsync(context.Caller().Tenant, job))
        {
            throw NoSuchLetter(job.ToString());
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RequeueAsync(HttpContext context)
    {
        Query.Only(context);
        var (caller, job) = (context.Caller(), IdOf(context));
        var dead = parts.Controller.Summary(caller.Tenant, job) ?? throw NoSuchLetter(job.ToString());
        AcceptReport? report;
        try
        {
            report = await parts.Controller.RequeueAsync(caller.Tenant, caller.Principal, caller.Roles, job, Schedule.Soon, caller.Purse, context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            throw new BadRequestException(ProblemCodes.Gone, $"The input of job {job} can no longer be read.", "Ask for the job anew with its input.");
        }

        await QueuedAnswer.WriteAsync(context, dead.Capability, report ?? throw NoSuchLetter(job.ToString()));
    }

    private static JobId IdOf(HttpContext context) =>
        context.GetRouteValue("job") is string text && JobId.TryParse(text, null, out var job) ? job : throw NoSuchLetter((string)context.GetRouteValue("job")!);

    private static BadRequestException NoSuchLetter(string job) => new(ProblemCodes.NotFound, $"There is no dead letter '{job}' of yours.", "See /v1/dead-letters.");
}
