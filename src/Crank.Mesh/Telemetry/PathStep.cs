using System.Diagnostics;

namespace Crank.Mesh.Telemetry;

/// <summary>One step of the path while it is taken: a span and a duration.</summary>
internal readonly struct PathStep : IDisposable
{
    private readonly string _name;
    private readonly Activity? _span;
    private readonly long _started;

    private PathStep(string name, Activity? span, long started) => (_name, _span, _started) = (name, span, started);

    /// <param name="name">The step in lower case, e.g. <c>admit</c>.</param>
    public static PathStep Begin(string name)
    {
        var span = MeshTelemetry.Source.HasListeners() ? MeshTelemetry.Source.StartActivity("crank." + name) : null;
        return new(name, span, MeshTelemetry.StepDuration.Enabled ? Stopwatch.GetTimestamp() : 0);
    }

    public void Dispose()
    {
        _span?.Dispose();
        if (_started != 0)
        {
            MeshTelemetry.StepDuration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, new KeyValuePair<string, object?>("crank.step", _name));
        }
    }
}
