namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>How often another OPA agreed, since the mesh started.</summary>
/// <param name="Agreed">The same decision with the same constraints.</param>
/// <param name="OtherDecision">One allows and the other does not.</param>
/// <param name="OtherConstraints">Both allow, with other constraints or obligations.</param>
/// <param name="Failed">No answer: it could not be reached, was late, or said what cannot be read.</param>
/// <param name="Dropped">Not asked, because too many waited.</param>
public sealed record OpaCounts(long Agreed, long OtherDecision, long OtherConstraints, long Failed, long Dropped)
{
    /// <summary>How often it said something else.</summary>
    public long Disagreed => OtherDecision + OtherConstraints;
}
