namespace Crank.Sdk.Testing;

/// <summary>Where the test of a capability begins.</summary>
public static class CapabilityTest
{
    /// <summary>Hosts a capability in memory, behind the same session, checks and schemas as in a worker process.</summary>
    /// <param name="capability">The capability to test.</param>
    /// <param name="clock">What its deadline is counted by; null for the system's.</param>
    public static CapabilityTestHost<TInput, TOutput> For<TInput, TOutput>(Capability<TInput, TOutput> capability, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(capability);
        return new CapabilityTestHost<TInput, TOutput>(capability, clock ?? TimeProvider.System);
    }
}
