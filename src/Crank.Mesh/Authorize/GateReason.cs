namespace Crank.Mesh.Authorize;

/// <summary>One reason of an answer.</summary>
/// <param name="Code">What programs match on, e.g. <c>tenant-disabled</c>; a reason that the policy gave as a bare text is its own code.</param>
/// <param name="Text">The reason, for people.</param>
public readonly record struct GateReason(string Code, string Text);
