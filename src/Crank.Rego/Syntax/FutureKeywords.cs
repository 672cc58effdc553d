namespace Crank.Rego.Syntax;

/// <summary>Keywords that a module gains by an import of <c>future.keywords</c> or <c>rego.v2</c>.</summary>
[Flags]
public enum FutureKeywords
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>left and right</c></summary>
    And = 1,

    /// <summary><c>left or right</c></summary>
    Or = 2,

    /// <summary><c>not { body }</c>, and a plain <c>not</c> that also holds when an operand is undefined.</summary>
    Not = 4,

    /// <summary>All of them.</summary>
    All = And | Or | Not,
}
