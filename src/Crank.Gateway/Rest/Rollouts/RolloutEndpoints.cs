using System.Collections.Immutable;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Endpoints;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Rollouts;

/// <summary><c>/v1/rollouts</c>: new versions of capabilities that take a share of the jobs while they keep their limits. The operator's alone.</summary>
internal sealed class RolloutEndpoints(GatewayParts parts, LiveOptions options)
{
    private const int StandardPage = 50;

    /// <summary>What a rollout begins with when nothing is said: a tenth of the jobs, twice the stable version's time, one failure in twenty.</summary>
    private static readonly RolloutLimits s_limits = new(0.05, null, 2, 50, Duration.FromSeconds(600));

    private static readonly ImmutableArray<int> s_steps = [10];

    private RolloutBook Book => parts.Controller.Rollouts;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/rollouts", Methods.Read, ListAsync).RequireScope(Scopes.MeshAdmin).Describe(RolloutOperations.List);
        routes.MapMethods("/v1/rollouts/{capability}", Methods.Read, GetAsync).RequireScope(Scopes.MeshAdmin).Describe(RolloutOperations.Get);
        routes.MapMethods("/v1/rollouts/{capability}", ["PUT"], PutAsync).RequireScope(Scopes.MeshAdmin).Describe(RolloutOperations.Put);
        routes.MapMethods("/v1/rollouts/{capability}", Methods.Delete, RemoveAsync).RequireScope(Scopes.MeshAdmin).Describe(RolloutOperations.Remove);
        routes.MapMethods("/v1/rollouts/{capability}/decide", Methods.Post, DecideAsync).RequireScope(Scopes.MeshAdmin).Describe(RolloutOperations.Decide);
    }

    private Task ListAsync(HttpContext context)
    {
        Query.Only(context, "limit", "cursor");
        var after = Cursor.Read<CapabilityName>(context);
        var limit = Query.Limit(context, StandardPage, RolloutOperations.LargestPage);
        var rollouts = Book.List().Where(r => after is null || r.Rollout.Capability.CompareTo(after.Value) > 0).Take(limit + 1).ToList();
        return Page.WriteAsync(context, rollouts, limit, r => r.Rollout.Capability.Value, RolloutJson.Write);
    }

    private Task GetAsync(HttpContext context)
    {
        Query.Only(context);
        return AnswerAsync(context, NameOf(context));
    }

    private async Task PutAsync(HttpContext context)
    {
        Query.Only(context);
        var capability = NameOf(context);
        var body = await BodyFields.ReadAsync(context, options);
        var stable = body.Value<SemanticVersion>("stable", "a version such as 1.2.0", required: true);
        var candidate = body.Value<SemanticVersion>("candidate", "a version such as 1.3.0", required: true);
        var steps = body.Numbers("steps", 1, 100, Rollout.MaxSteps);
        var hold = body.Value<Duration>("stepFor", "a duration such as 10m");
        var limits = body.Object("limits") is { } fields ? Limits(fields) : s_limits;
        body.End();
        var wanted = new Rollout(
            capability, stable!.Value, candidate!.Value, steps.IsDefault ? s_steps : steps, hold, limits, RolloutState.Running, 0, default, []);
        ImmutableArray<ProblemPointer> faults = [.. RolloutRules.Faults(wanted).Select(f => new ProblemPointer(f.Pointer, f.Message))];
        if (faults.IsEmpty && !parts.Controller.Catalogue.All.Any(c => c.Id == new CapabilityVersion(capability, wanted.Stable)))
        {
            // Whoever names no version gets the stable one: a slip of the pen would leave them without any.
            faults = [new("/stable", $"There is no {capability}@{wanted.Stable} here now.")];
        }

        if (!faults.IsEmpty)
        {
            throw new BadRequestException(ProblemCodes.BadInput, faults[0].Detail, "See docs/rollouts.md.", faults);
        }

        if (await Book.SetAsync(wanted) is null)
        {
            throw new BadRequestException(ProblemCodes.Conflict, $"There are {RolloutBook.MaxRollouts} rollouts, which is as many as there may be.", "Remove those that have ended.");
        }

        await AnswerAsync(context, capability);
    }

    private static RolloutLimits Limits(BodyFields fields)
    {
        var limits = new RolloutLimits(
            fields.Fraction("maxErrorRate", 0, 1),
            fields.Value<Duration>("maxP95", "a duration such as 2s"),
            fields.Fraction("maxP95Ratio", 1, 1_000),
            (int?)fields.Number("minJobs", 1, 2_000) ?? s_limits.MinJobs,
            fields.Value<Duration>("window", "a duration such as 10m") ?? s_limits.Window,
            fields.Flag("declaredErrors") ?? false);
        fields.End();
        return limits;
    }

    private async Task DecideAsync(HttpContext context)
    {
        Query.Only(context);
        var capability = NameOf(context);
        var body = await BodyFields.ReadAsync(context, options);
        var word = body.Text("answer", 20, required: true);
        if (word is not (null or "promote" or "roll-back"))
        {
            body.Fault("answer", "It is promote or roll-back.");
        }

        body.End();
        var decided = await Book.DecideAsync(capability, isPromote: word == "promote", $"{context.Caller().Principal} said so");
        if (decided is null)
        {
            throw NoSuchRollout(capability);
        }

        if (!decided.Value)
        {
            throw new BadRequestException(ProblemCodes.Conflict, $"The rollout of {capability} has ended.", "Begin another one, or remove it.");
        }

        await AnswerAsync(context, capability);
    }

    private async Task RemoveAsync(HttpContext context)
    {
        Query.Only(context);
        var capability = NameOf(context);
        if (!await Book.RemoveAsync(capability))
        {
            throw NoSuchRollout(capability);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task AnswerAsync(HttpContext context, CapabilityName capability)
    {
        var rollout = Book.Status(capability) ?? throw NoSuchRollout(capability);
        context.Response.Headers.CacheControl = "private, no-cache";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => RolloutJson.Write(json, rollout));
    }

    private static CapabilityName NameOf(HttpContext context) =>
        CapabilityName.TryParse((string)context.GetRouteValue("capability")!, null, out var name)
            ? name
            : throw new BadRequestException(ProblemCodes.NotFound, $"'{context.GetRouteValue("capability")}' is not the name of a capability such as doc.convert.", "A rollout is of a name; its versions are in the body.");

    private static BadRequestException NoSuchRollout(CapabilityName capability) => new(ProblemCodes.NotFound, $"There is no rollout of {capability}.", "See /v1/rollouts.");
}
