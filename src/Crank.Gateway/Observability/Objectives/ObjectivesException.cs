using System.Collections.Immutable;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>The files of objectives do not hold; all that is wrong is said at once.</summary>
/// <param name="problems">Everything, in the order of the files.</param>
public sealed class ObjectivesException(ImmutableArray<ObjectiveProblem> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>Everything, in the order of the files.</summary>
    public ImmutableArray<ObjectiveProblem> Problems { get; } = problems;
}
