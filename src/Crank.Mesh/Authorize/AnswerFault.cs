namespace Crank.Mesh.Authorize;

/// <summary>An answer cannot be obeyed: it denies.</summary>
internal sealed class AnswerFault(string rule, string message) : Exception(message)
{
    /// <summary>One of <see cref="GateRules"/>.</summary>
    public string Rule { get; } = rule;
}
