using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Endpoints;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Policies;

/// <summary><c>/v1/policy/reload</c>: reads the policies in force again, now.</summary>
internal sealed class ReloadEndpoint(GatewayParts parts)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/v1/policy/reload", Methods.Post, (RequestDelegate)ReloadAsync).RequireScope(Scopes.MeshAdmin).Describe(new("reloadPolicy", ContractTags.Policy, "Read the policies again")
        {
            Description = "Reads the folder or bundle of the set in force again, without waiting for the watch. A set that is wrong is answered with what is wrong, and the one in force stays.",
            Answers = [new(200, "What is on disk is in force.", Content.Json("PolicyStatus"))],
            Problems = [ProblemCodes.Conflict],
        });

    private Task ReloadAsync(HttpContext context)
    {
        Query.Only(context);
        if (parts.PolicyFiles is not { } files)
        {
            throw new BadRequestException(ProblemCodes.Conflict, "This mesh decides by other means than files of policies; there is nothing to read again.");
        }

        return files.Reload().Failure is { } failure
            ? throw new BadRequestException(ProblemCodes.Conflict, failure.Message, "The set in force stays. Correct the files; 'crank policy check' says the same.")
            : IdentityAnswers.SendAsync(context, StatusCodes.Status200OK, new PolicyStatusEndpoint(parts).Write);
    }
}
