using System.Collections.Frozen;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Mesh;
using Crank.Mesh.Authorize;
using Crank.Mesh.Govern;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Policies;

/// <summary>
/// Asks the policy about what is no job: every operation whose scope manages something (<c>crank.admin</c>), and every one that takes something out of the mesh
/// (<c>crank.exports</c>). Scopes come first; the policy can only allow less.
/// </summary>
internal sealed class GateQuestions(RequestDelegate next, Controller controller)
{
    /// <summary>Operations that take something out of the mesh.</summary>
    public static FrozenSet<string> Exports { get; } = new[]
    {
        "exportTransfers", "listAccounts", "verifyLedger", "getUsage", "getCarbon", "getResult", "getOutputFile", "getReceipt", "explainJob", "getBlob",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_managing = new[] { Scopes.MeshAdmin, Scopes.KeysAdmin, Scopes.WebhooksAdmin }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What is asked about an operation; null when nothing is.</summary>
    public static PolicyTopic? TopicOf(string operation, string scope) =>
        Exports.Contains(operation) ? PolicyTopic.Export : s_managing.Contains(scope) ? PolicyTopic.Admin : null;

    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        return context.CallerOrNull() is { } caller && endpoint?.Metadata.GetMetadata<Operation>() is { } operation && endpoint.Metadata.GetMetadata<RequiredScope>() is { } needed
            && TopicOf(operation.Id, needed.Scope) is { } topic && !IsBreakGlass(caller, operation)
                ? AskAsync(context, caller, operation.Id, topic)
                : next(context);
    }

    /// <summary>Whoever owns the data folder can always see and change what governs the mesh, so that no policy locks its owner out.</summary>
    private static bool IsBreakGlass(Caller caller, Operation operation) => caller is { Source: "socket" } && operation.Tag == ContractTags.Policy;

    private async Task AskAsync(HttpContext context, Caller caller, string operation, PolicyTopic topic)
    {
        var target = context.Request.RouteValues.Where(v => v.Value is string).ToDictionary(v => v.Key, v => (string)v.Value!, StringComparer.Ordinal);
        if (target.TryGetValue("job", out var text) && JobId.TryParse(text, null, out var job) && controller.Summary(caller.Tenant, job) is { } known)
        {
            target["principal"] = known.Principal.Value;
            target["capability"] = known.Capability.ToString();
        }

        var asker = new GateCaller(caller.Tenant, caller.Principal, caller.Roles, caller.Source);
        var answer = topic == PolicyTopic.Export
            ? controller.Gate.AskExport(asker, operation, target, context.RequestAborted)
            : controller.Gate.AskAdmin(asker, operation, target, context.RequestAborted);
        if (answer.Allowed)
        {
            await next(context);
            return;
        }

        await Problem.WriteAsync(context, ProblemCodes.Forbidden, $"Refused by rule {answer.Rule} of policy {answer.Revision}: {answer.Why}", "Ask whoever runs the mesh.");
    }
}
