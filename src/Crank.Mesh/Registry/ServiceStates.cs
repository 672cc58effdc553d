namespace Crank.Mesh.Registry;

/// <summary>The words of <see cref="ServiceState"/>.</summary>
public static class ServiceStates
{
    /// <summary>The word that lists and metrics use, e.g. <c>serving</c>.</summary>
    public static string Word(this ServiceState state) => state switch
    {
        ServiceState.Joining => "joining",
        ServiceState.Serving => "serving",
        ServiceState.Failing => "failing",
        ServiceState.Draining => "draining",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "There is no such state."),
    };
}
