namespace Crank.Sdk.Testing;

/// <summary>A tested capability broke a promise of its own: threw what it does not declare, or gave what its schema does not allow.</summary>
/// <param name="message">What it did.</param>
/// <param name="cause">What it threw, where it threw.</param>
public sealed class CapabilityTestException(string message, Exception? cause) : Exception(message, cause);
