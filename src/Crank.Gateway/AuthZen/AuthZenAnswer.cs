using Crank.Rego.Values;

namespace Crank.Gateway.AuthZen;

/// <summary>One decision as AuthZEN gives it.</summary>
/// <param name="Permitted">The decision.</param>
/// <param name="Context">What the policy says besides; undefined for nothing.</param>
/// <param name="Reasons">Why, for people.</param>
/// <param name="Error">Why no policy was asked, or gave no answer; null when one did.</param>
/// <param name="Status">What would be the HTTP status of that error.</param>
/// <param name="Id">Names the decision; empty when no policy was asked.</param>
internal sealed record AuthZenAnswer(bool Permitted, Value Context, IReadOnlyList<string> Reasons, string? Error, int Status, string Id)
{
    public static AuthZenAnswer Failed(int status, string error, string id = "") => new(false, default, [], error, status, id);
}
