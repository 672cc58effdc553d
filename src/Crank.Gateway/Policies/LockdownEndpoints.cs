using System.Text.Json;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Endpoints;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Govern;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Policies;

/// <summary><c>/v1/policy/lockdown</c>: stops the mesh from taking and starting jobs, and lets it go on.</summary>
internal sealed class LockdownEndpoints(LockdownBook book, LiveOptions options)
{
    private const string Path = "/v1/policy/lockdown";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Path, Methods.Read, (RequestDelegate)GetAsync).RequireScope(Scopes.MeshAdmin).Describe(new("getLockdown", ContractTags.Policy, "See whether the mesh is locked down")
        {
            Answers = [new(200, "Whether it is, and why.", Content.Json("Lockdown"))],
        });
        routes.MapMethods(Path, Methods.Put, (RequestDelegate)PutAsync).RequireScope(Scopes.MeshAdmin).Describe(new("lockDown", ContractTags.Policy, "Lock the mesh down")
        {
            Description = "From this answer on no job is taken (403 `locked-down`) and none is started, whatever the policy says; what waits in the queue goes on waiting. It is in force until it is lifted, "
                + "also after a restart. May be asked for again, to stop what runs after all or to give another reason.",
            Body = [Content.Json("NewLockdown", """{"reason":"A key has leaked.","stopRunning":true}""")],
            Answers = [new(200, "It is in force.", Content.Json("Lockdown"))],
            Problems = [ProblemCodes.BadInput, ProblemCodes.StorageFailed],
        });
        routes.MapMethods(Path, Methods.Delete, (RequestDelegate)DeleteAsync).RequireScope(Scopes.MeshAdmin).Describe(new("unlock", ContractTags.Policy, "Lift the lockdown")
        {
            Description = "Jobs are taken again and those that wait start. Nothing happens when the mesh is not locked down.",
            Answers = [new(200, "It is not in force.", Content.Json("Lockdown"))],
            Problems = [ProblemCodes.StorageFailed],
        });
    }

    private Task GetAsync(HttpContext context)
    {
        Query.Only(context);
        return AnswerAsync(context, book.Current, null);
    }

    private async Task PutAsync(HttpContext context)
    {
        Query.Only(context);
        var body = await BodyFields.ReadAsync(context, options);
        var reason = body.Text("reason", Lockdown.MaxReason, required: true);
        if (reason is not null && string.IsNullOrWhiteSpace(reason))
        {
            body.Fault("reason", "It says something.");
        }

        var stop = body.Flag("stopRunning") ?? false;
        body.End();
        var answer = await book.LockAsync(reason!, context.Caller().Principal, stop);
        await AnswerAsync(context, answer.Lockdown, answer);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        Query.Only(context);
        var lifted = await book.UnlockAsync() is not null;
        await IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            Write(json, book.Current);
            json.WriteBoolean("lifted", lifted);
            json.WriteEndObject();
        });
    }

    private static Task AnswerAsync(HttpContext context, Lockdown? lockdown, LockdownAnswer? met) => IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        Write(json, lockdown);
        if (met is not null)
        {
            json.WriteNumber("running", met.Running);
            json.WriteNumber("stopped", met.Stopped);
            json.WriteNumber("waiting", met.Waiting);
        }

        json.WriteEndObject();
    });

    /// <summary>Writes the members of a lockdown, or that there is none.</summary>
    public static void Write(Utf8JsonWriter json, Lockdown? lockdown)
    {
        json.WriteBoolean("lockedDown", lockdown is not null);
        if (lockdown is not null)
        {
            json.WriteString("reason", lockdown.Reason);
            json.WriteString("by", lockdown.By.Value);
            json.WriteTime("since", lockdown.Since);
            json.WriteBoolean("stopsRunning", lockdown.StopsRunning);
        }
    }
}
