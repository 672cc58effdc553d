namespace Crank.Confinement;

/// <summary>A worker could not be confined as its plan says, or was not started as a worker at all; it must not go on.</summary>
/// <param name="message">Which call failed, with the system's error number where there is one.</param>
public sealed class ConfinementException(string message) : Exception(message);
