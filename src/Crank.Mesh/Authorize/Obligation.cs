namespace Crank.Mesh.Authorize;

/// <summary>Something that must be done with a job that is allowed, and that the mesh does.</summary>
/// <param name="Kind">Its kind, e.g. <c>retain</c>.</param>
/// <param name="Figure">How much or what of it, e.g. <c>90d</c>; empty when the kind says all.</param>
public readonly record struct Obligation(string Kind, string Figure)
{
    /// <summary>Kind and figure, as receipts have them.</summary>
    public override string ToString() => Figure.Length == 0 ? Kind : $"{Kind} {Figure}";
}
