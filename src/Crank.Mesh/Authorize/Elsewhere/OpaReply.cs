using Crank.Rego.Values;

namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>What another OPA answered.</summary>
/// <param name="Result">The document; undefined when there is none.</param>
/// <param name="Revision">The revisions of its bundles, e.g. <c>main=42</c>; empty when it names none.</param>
/// <param name="Fault">One of <see cref="OpaRules"/>; null when there is a document.</param>
/// <param name="Why">What went wrong, for people; empty when nothing did.</param>
internal readonly record struct OpaReply(Value Result, string Revision, string? Fault, string Why)
{
    public static OpaReply Failed(string fault, string why) => new(default, "", fault, why);
}
