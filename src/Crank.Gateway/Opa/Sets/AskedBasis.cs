using Crank.Mesh.Authorize;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Gateway.Opa.Sets;

/// <summary>The policies and documents that the gate decides by now.</summary>
/// <param name="Policies">The compiled set.</param>
/// <param name="Data">Its base documents.</param>
/// <param name="Revision">What receipts call it.</param>
internal sealed record AskedBasis(PolicySet Policies, Snapshot Data, string Revision)
{
    private static readonly PolicySet s_empty = PolicySet.Compile([]);

    /// <summary>No policy and no document.</summary>
    public static AskedBasis None { get; } = new(s_empty, Snapshot.Of(s_empty, ObjectValue.Empty), "none");

    /// <summary>What a book has in force.</summary>
    public static AskedBasis Of(PolicyInForce set) => new(set.Policies, set.Snapshot, set.Revision);
}
