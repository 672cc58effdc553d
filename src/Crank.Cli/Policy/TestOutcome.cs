namespace Crank.Cli.Policy;

/// <summary>How a test of a policy ended.</summary>
internal enum TestOutcome
{
    Pass,
    Fail,
    Error,
    Skipped,
}
