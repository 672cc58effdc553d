namespace Crank.Mesh.Authorize;

/// <summary>What a policy is asked about. Each has a rule of its own, <c>decision</c> in the package that <see cref="PolicyTopics.Package"/> names.</summary>
public enum PolicyTopic
{
    /// <summary>May this job run: <c>data.crank.access.decision</c>.</summary>
    Job,

    /// <summary>May this node join, or offer this: <c>data.crank.offers.decision</c>.</summary>
    Offer,

    /// <summary>May this caller do this to the mesh: <c>data.crank.admin.decision</c>.</summary>
    Admin,

    /// <summary>May this leave the mesh: <c>data.crank.exports.decision</c>.</summary>
    Export,

    /// <summary>May this service call that capability: <c>data.crank.calls.decision</c>.</summary>
    Call,

    /// <summary>Whatever somebody asked for by its path, over OPA's REST API or AuthZEN: no gate asks it.</summary>
    Question,
}
