namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>The rules that decide when another OPA gives no answer: all of them deny. The list is in <c>docs/policy-neighbours.md</c>.</summary>
public static class OpaRules
{
    /// <summary>It cannot be reached, or does not speak HTTP as it should.</summary>
    public const string Unreachable = "opa.unreachable";

    /// <summary>It did not answer in time.</summary>
    public const string Late = "opa.late";

    /// <summary>It answered with another status than 200.</summary>
    public const string Status = "opa.status";

    /// <summary>Its answer is not JSON, is too large, or is not what OPA answers.</summary>
    public const string Answer = "opa.answer";

    /// <summary>It has no such document for this input.</summary>
    public const string Undefined = "opa.undefined";

    /// <summary>The token cannot be read.</summary>
    public const string Token = "opa.token";
}
