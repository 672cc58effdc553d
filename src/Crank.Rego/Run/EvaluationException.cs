using Crank.Rego.Syntax;

namespace Crank.Rego.Run;

/// <summary>A policy made an error while it was evaluated: it gives no answer.</summary>
/// <param name="code">OPA's code: <c>eval_conflict_error</c>, <c>eval_builtin_error</c>, <c>eval_type_error</c>.</param>
/// <param name="message">What happened, and for a builtin which.</param>
/// <param name="at">Where in the policy; null when no place can be named.</param>
public sealed class EvaluationException(string code, string message, Location? at = null) : Exception(at is null ? $"{code}: {message}" : $"{at}: {code}: {message}")
{
    /// <summary>Two rules, or two answers of one rule, disagree.</summary>
    public const string Conflict = "eval_conflict_error";

    /// <summary>A builtin refused its arguments, in strict mode.</summary>
    public const string Builtin = "eval_builtin_error";

    /// <summary>A builtin was given an argument of the wrong kind, in strict mode.</summary>
    public const string Type = "eval_type_error";

    /// <summary>OPA's code.</summary>
    public string Code { get; } = code;

    /// <summary>Where in the policy; null when no place can be named.</summary>
    public Location? At { get; } = at;
}
