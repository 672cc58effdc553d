using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Endpoints;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Authorize.Loading;
using Crank.Mesh.Govern;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Policies;

/// <summary><c>/v1/policy/shadow</c> and <c>/v1/policy/enforce</c>: a set beside the one in force, and in its place.</summary>
internal sealed class ShadowEndpoints(GatewayParts parts, LiveOptions options)
{
    private const int MaxPath = 4_096;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/policy/shadow", Methods.Put, (RequestDelegate)PutAsync).RequireScope(Scopes.MeshAdmin).Describe(new("putPolicyShadow", ContractTags.Policy, "Ask a set beside the one in force")
        {
            Description = "The mesh reads a folder or bundle of its own machine and asks it everything that the set in force is asked, afterwards and beside the work. It decides nothing; what it says is counted.",
            Body = [Content.Json("""{"type":"object","required":["path"],"additionalProperties":false,"properties":{"path":{"type":"string","minLength":1,"maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f-\\u009f]+$","description":"A folder or a bundle, as the mesh's machine names it."}}}""", """{"path":"/etc/crank/policy-next"}""")],
            Answers = [new(200, "It is asked.", Content.Json("PolicyShadow"))],
            Problems = [ProblemCodes.BadInput, ProblemCodes.Conflict],
        });
        routes.MapMethods("/v1/policy/shadow", Methods.Delete, (RequestDelegate)DeleteAsync).RequireScope(Scopes.MeshAdmin).Describe(new("removePolicyShadow", ContractTags.Policy, "Ask no shadow any more")
        {
            Answers = [new(204, "None is asked.")],
        });
        routes.MapMethods("/v1/policy/enforce", Methods.Post, (RequestDelegate)EnforceAsync).RequireScope(Scopes.MeshAdmin).Describe(new("enforcePolicyShadow", ContractTags.Policy, "Put the shadow in force")
        {
            Description = "The set that was compared, and no other, decides from this answer on, also after a restart, until the configuration names another place than now.",
            Answers = [new(200, "It is in force.", Content.Json("PolicyStatus"))],
            Problems = [ProblemCodes.Conflict, ProblemCodes.StorageFailed],
        });
    }

    private async Task PutAsync(HttpContext context)
    {
        Query.Only(context);
        var body = await BodyFields.ReadAsync(context, options);
        var path = body.Text("path", MaxPath, required: true);
        body.End();
        var status = Try(() => Desk().Put(path!), ProblemCodes.BadInput);
        await IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            PolicyStatusEndpoint.Write(json, status);
            json.WriteEndObject();
        });
    }

    private Task DeleteAsync(HttpContext context)
    {
        Query.Only(context);
        parts.Shadow?.Off();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task EnforceAsync(HttpContext context)
    {
        Query.Only(context);
        try
        {
            if (await Desk().EnforceAsync(context.Caller().Principal, parts.ConfiguredPolicies()) is null)
            {
                throw new BadRequestException(ProblemCodes.Conflict, "There is no shadow to put in force.", "Put one beside the set in force first: PUT /v1/policy/shadow.");
            }
        }
        catch (PolicyLoadException e)
        {
            throw new BadRequestException(ProblemCodes.Conflict, e.Message, "The set in force stays.");
        }

        await IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, new PolicyStatusEndpoint(parts).Write);
    }

    private ShadowDesk Desk() => parts.Shadow ?? throw new BadRequestException(ProblemCodes.Conflict, "This mesh decides by other means than files of policies, and can have no shadow.");

    private static T Try<T>(Func<T> load, ProblemCode code)
    {
        try
        {
            return load();
        }
        catch (PolicyLoadException e)
        {
            throw new BadRequestException(code, e.Message, "Correct it; 'crank policy check' says the same.");
        }
    }
}
