using System.Diagnostics;
using Crank.Mesh.Path;
using Microsoft.Extensions.Primitives;

namespace Crank.Gateway.Observability;

/// <summary>W3C Trace Context, and nothing else: no baggage, which may hold anything of anybody, and no older forms.</summary>
internal sealed class TracePropagator : DistributedContextPropagator
{
    private const string TraceParentField = "traceparent";
    private const string TraceStateField = "tracestate";

    public override IReadOnlyCollection<string> Fields { get; } = [TraceParentField, TraceStateField];

    /// <summary>What of a request counts: both fields as they are passed on, or neither. A malformed or doubled <c>traceparent</c> begins a new trace.</summary>
    public static (string? TraceParent, string? TraceState) Read(StringValues traceParent, StringValues traceState) =>
        traceParent.Count == 1 && TraceParent.Read(traceParent[0]?.Trim(' ', '\t')) is { } parent ? (parent, TraceState.Read(traceState)) : (null, null);

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        (traceId, traceState) = getter is null ? (null, null) : Read(Get(carrier, getter, TraceParentField), Get(carrier, getter, TraceStateField));

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } || setter is null)
        {
            return;
        }

        setter(carrier, TraceParentField, id);
        if (activity.TraceStateString is { Length: > 0 } state)
        {
            setter(carrier, TraceStateField, state);
        }
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;

    private static StringValues Get(object? carrier, PropagatorGetterCallback getter, string field)
    {
        getter(carrier, field, out var one, out var many);
        return many is null ? new(one) : new([.. many]);
    }
}
