namespace Crank.Mesh.Authorize;

/// <summary>Why a set of policies was not put in force; the one before stays.</summary>
/// <param name="Origin">Where it came from, e.g. <c>folder /etc/crank/policy</c>.</param>
/// <param name="Message">Everything that is wrong with it, a line or more each, with file, row, column and source line.</param>
/// <param name="At">When it was found.</param>
public sealed record PolicyFailure(string Origin, string Message, DateTimeOffset At);
