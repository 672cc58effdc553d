namespace Crank.Gateway.Observability.Objectives;

/// <summary>Something wrong with a file of objectives.</summary>
/// <param name="File">Which file.</param>
/// <param name="Line">From 1.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record ObjectiveProblem(string File, int Line, string Message)
{
    /// <summary>As compilers write it.</summary>
    public override string ToString() => $"{File}({Line}): {Message}";
}
