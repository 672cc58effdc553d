namespace Crank.Mesh.Authorize;

/// <summary>The rules that decide when a policy does not: all of them deny. The list is in <c>docs/policy.md</c>.</summary>
public static class GateRules
{
    /// <summary>The policy says nothing about it.</summary>
    public const string Undefined = "policy.undefined";

    /// <summary>The policy made an error: rules disagree, or a builtin refused its arguments.</summary>
    public const string Failed = "policy.failed";

    /// <summary>The decision reached a limit of steps, memory or time.</summary>
    public const string Limit = "policy.limit";

    /// <summary>The answer is not of the form that a gate reads.</summary>
    public const string Answer = "policy.answer";

    /// <summary>The answer has an obligation that is not fulfilled here.</summary>
    public const string Obligation = "policy.obligation";

    /// <summary>The answer has a constraint that is not obeyed here, or that nothing can fulfil.</summary>
    public const string Constraint = "policy.constraint";

    /// <summary>The input of the job has more bytes than the answer allows.</summary>
    public const string InputBytes = "policy.input-bytes";

    /// <summary>What is left of the input after redaction does not fit the capability.</summary>
    public const string Redaction = "policy.redaction";

    /// <summary>An answer that allows and names neither rule nor reason.</summary>
    public const string Allow = "policy.allow";

    /// <summary>An answer that denies and names neither rule nor reason.</summary>
    public const string Deny = "policy.deny";
}
