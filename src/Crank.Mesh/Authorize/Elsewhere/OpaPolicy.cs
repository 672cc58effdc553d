using Crank.Core;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>Lets another OPA decide jobs. Default deny: without an answer, in time and readable, a job is refused.</summary>
internal sealed class OpaPolicy(OpaClient client, Action<Decision> decided) : IPolicy
{
    private const string Mode = "enforce";

    /// <inheritdoc />
    public async ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var input = PolicyInput.Of(question);
        var reply = await client.AskAsync(input, cancellationToken);
        MeshTelemetry.OtherOpa.Add(1, new("crank.policy.mode", Mode), new("crank.policy.outcome", reply.Fault is null ? "answered" : "failed"));
        var decision = OpaJudge.Judge(question, input, reply);
        decided(decision);
        return decision;
    }
}
