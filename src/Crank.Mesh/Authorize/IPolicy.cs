using Crank.Core;

namespace Crank.Mesh.Authorize;

/// <summary>The gate that every job passes: the place where another policy engine plugs in.</summary>
public interface IPolicy
{
    /// <summary>Decides one job. Default deny: what no rule allows is refused.</summary>
    /// <remarks>
    /// Safe for many threads. The same question gives the same answer until the policy itself is replaced. What it throws counts as a refusal. An engine in this process
    /// answers before it returns; one that must ask elsewhere may take its time, within limits of its own.
    /// </remarks>
    ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken);
}
