namespace Crank.Rego.Syntax;

/// <summary>Keywords that a module gains by an import of <c>future.keywords</c>, <c>rego.v1</c> or <c>rego.v2</c>.</summary>
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

    /// <summary>All that Rego v2 is to have.</summary>
    All = And | Or | Not,

    /// <summary><c>in</c>, which Rego v1 always has.</summary>
    In = 8,

    /// <summary><c>every</c>, which Rego v1 always has.</summary>
    Every = 16,

    /// <summary><c>if</c>, which Rego v1 always has.</summary>
    If = 32,

    /// <summary><c>contains</c>, which Rego v1 always has.</summary>
    Contains = 64,

    /// <summary>What Rego v1 always has, and a module in Rego v0 by imports alone.</summary>
    V1 = In | Every | If | Contains,
}
