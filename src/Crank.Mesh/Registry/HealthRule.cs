namespace Crank.Mesh.Registry;

/// <summary>What checks do to the state of a service. Pure.</summary>
internal static class HealthRule
{
    /// <summary>One success lets a service in; so many failures in a row take its offers out, and so many successes put them back.</summary>
    public static ServiceState Next(ServiceState state, HealthReport report, ServiceOptions options) => state switch
    {
        ServiceState.Joining when report.Ok => ServiceState.Serving,
        ServiceState.Serving when report.Failures >= options.Failures => ServiceState.Failing,
        ServiceState.Failing when report.Successes >= options.Successes => ServiceState.Serving,
        _ => state,
    };
}
