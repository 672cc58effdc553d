using Crank.Rego.Syntax;

namespace Crank.Cli.Policy;

/// <summary>What one test of a policy gave.</summary>
/// <param name="Path">Package and name: <c>data.example.test_allow</c>.</param>
/// <param name="At">Where it stands.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Wrong">The condition that did not hold, or the error; null when it passed or when there is none.</param>
internal sealed record TestResult(string Path, Location At, TestOutcome Outcome, TimeSpan Time, RegoError? Wrong);
