using System.Diagnostics;

namespace Crank.Gateway.Observability;

/// <summary>Gives every request a trace, also when nobody records any: problems name it and workers get it.</summary>
internal sealed class RequestSpans : IDisposable
{
    /// <summary>The source that the server's own spans come from.</summary>
    public const string Server = "Microsoft.AspNetCore";

    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == Server,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
    };

    public RequestSpans() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
