using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>A part of <c>data</c> that <c>with</c> replaces.</summary>
internal sealed record Override(Value[] Path, Value Value, Override? Outer)
{
    /// <summary>The replacement for a document, when this or an outer override covers it.</summary>
    public static bool Covers(Override? overrides, ReadOnlySpan<Value> path, out Value value)
    {
        for (var o = overrides; o is not null; o = o.Outer)
        {
            if (o.Path.Length <= path.Length && path.StartsWith(o.Path))
            {
                value = o.Value;
                foreach (ref readonly var key in path[o.Path.Length..])
                {
                    value = value.Get(key);
                }

                return true;
            }
        }

        value = default;
        return false;
    }
}
