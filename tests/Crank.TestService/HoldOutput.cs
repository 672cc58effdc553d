namespace Crank.TestService;

/// <summary>Who did it.</summary>
/// <param name="Process">The process id of the service.</param>
public sealed record HoldOutput(int Process);
