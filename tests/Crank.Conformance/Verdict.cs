namespace Crank.Conformance;

/// <summary>What became of one case.</summary>
public enum Verdict
{
    Passed,
    Failed,
    Declined,
    Skipped,
}
