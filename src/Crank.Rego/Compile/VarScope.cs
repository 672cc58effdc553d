namespace Crank.Rego.Compile;

/// <summary>Which variables a walk leaves out.</summary>
[Flags]
internal enum VarScope
{
    All = 0,

    /// <summary>The head of a reference.</summary>
    NoRefHeads = 1,

    /// <summary>Keys of objects.</summary>
    NoObjectKeys = 2,

    /// <summary>Comprehensions, the bodies of <c>every</c> and <c>not</c>, and the operands of <c>and</c> and <c>or</c>.</summary>
    NoClosures = 4,

    /// <summary>Sets.</summary>
    NoSets = 8,

    /// <summary>The name of a called function.</summary>
    NoCallHeads = 16,

    /// <summary>What must be known before an expression can be evaluated.</summary>
    Safety = NoClosures | NoCallHeads,
}
