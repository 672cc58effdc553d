namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>What the answers of another OPA are for.</summary>
public enum OpaMode
{
    /// <summary>They are compared with the mesh's own decisions, off the path of jobs, and decide nothing.</summary>
    Shadow,

    /// <summary>They decide jobs; without one a job is refused.</summary>
    Enforce,
}
