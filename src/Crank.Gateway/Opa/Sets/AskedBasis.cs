using Crank.Mesh.Authorize;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Gateway.Opa.Sets;

/// <summary>The policies and documents that the gate decides by now.</summary>
/// <param name="Policies">The compiled set.</param>
/// <param name="Data">Its base documents.</param>
/// <param name="Revision">What receipts call it.</param>
/// <param name="Set">The set itself; null when there is none.</param>
internal sealed record AskedBasis(PolicySet Policies, Snapshot Data, string Revision, PolicyInForce? Set)
{
    private static readonly PolicySet s_empty = PolicySet.Compile([]);

    /// <summary>No policy and no document.</summary>
    public static AskedBasis None { get; } = new(s_empty, Snapshot.Of(s_empty, ObjectValue.Empty), "none", null);

    /// <summary>What a book has in force.</summary>
    public static AskedBasis Of(PolicyInForce set) => new(set.Policies, set.Snapshot, set.Revision, set);
}
