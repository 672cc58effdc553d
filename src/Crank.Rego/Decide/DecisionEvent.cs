using System.Globalization;
using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>One decision as decision logs hold it, in the shape of OPA 1.19's events. What is undefined, null or empty is left out of its JSON.</summary>
public sealed record DecisionEvent
{
    /// <summary>Names the decision.</summary>
    public required string DecisionId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>What was asked, such as <c>crank/access/decision</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Who wrote it: names and values of the operator's choice.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The revision of every bundle that was asked, by the bundle's name.</summary>
    public IReadOnlyDictionary<string, string> Bundles { get; init; } = new Dictionary<string, string>();

    /// <summary>The trace it belongs to (W3C Trace Context), 32 hexadecimal digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>The span it belongs to, 16 hexadecimal digits.</summary>
    public string? SpanId { get; init; }

    /// <summary>The input.</summary>
    public Value Input { get; init; }

    /// <summary>The answer.</summary>
    public Value Result { get; init; }

    /// <summary>The results of builtins that are not functions of their arguments: see <see cref="RecordedBuiltins.ToCache"/>.</summary>
    public Value NdBuiltinCache { get; init; }

    /// <summary>Paths that were removed from it.</summary>
    public IReadOnlyList<string> Erased { get; init; } = [];

    /// <summary>Paths whose values were replaced.</summary>
    public IReadOnlyList<string> Masked { get; init; } = [];

    /// <summary>Who asked.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Figures by name, times in nanoseconds.</summary>
    public IReadOnlyDictionary<string, long> Metrics { get; init; } = new Dictionary<string, long>();

    /// <summary>Whatever else its writer adds; undefined for nothing.</summary>
    public Value Custom { get; init; }

    /// <summary>The event as one object: what mask and drop rules see as <c>input</c>, and what is written.</summary>
    public ObjectValue ToValue()
    {
        var made = new ObjectBuilder(16);
        made.Set("labels", Texts(Labels));
        made.Set("decision_id", DecisionId);
        Put(made, "trace_id", TraceId);
        Put(made, "span_id", SpanId);
        if (Bundles.Count > 0)
        {
            var bundles = new ObjectBuilder(Bundles.Count);
            foreach (var (name, revision) in Bundles)
            {
                bundles.Set(name, Texts(new Dictionary<string, string> { ["revision"] = revision }));
            }

            made.Set("bundles", bundles.ToObject());
        }

        made.Set("path", Path);
        Put(made, "input", Input);
        Put(made, "result", Result);
        Put(made, "nd_builtin_cache", NdBuiltinCache);
        Put(made, "erased", Erased);
        Put(made, "masked", Masked);
        if (Error is { } error)
        {
            made.Set("error", Texts(new Dictionary<string, string> { ["message"] = error }));
        }

        Put(made, "requested_by", RequestedBy);
        made.Set("timestamp", Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
        if (Metrics.Count > 0)
        {
            var metrics = new ObjectBuilder(Metrics.Count);
            foreach (var (name, figure) in Metrics)
            {
                metrics.Set(name, figure);
            }

            made.Set("metrics", metrics.ToObject());
        }

        Put(made, "custom", Custom);
        return made.ToObject();
    }

    private static ObjectValue Texts(IReadOnlyDictionary<string, string> texts)
    {
        var made = new ObjectBuilder(texts.Count);
        foreach (var (name, text) in texts)
        {
            made.Set(name, text);
        }

        return made.ToObject();
    }

    private static void Put(ObjectBuilder made, string name, string? text)
    {
        if (text is not null)
        {
            made.Set(name, text);
        }
    }

    private static void Put(ObjectBuilder made, string name, in Value value)
    {
        if (value.IsDefined)
        {
            made.Set(name, value);
        }
    }

    private static void Put(ObjectBuilder made, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            made.Set(name, ArrayValue.Of([.. texts.Select(static text => (Value)text)]));
        }
    }
}
