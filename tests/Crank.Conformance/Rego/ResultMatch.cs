using Crank.Rego.Values;

namespace Crank.Conformance.Rego;

/// <summary>Compares what a policy gave with what was wanted as JSON: sets are arrays there, and keys are strings.</summary>
internal static class ResultMatch
{
    public static bool Same(in Value wanted, in Value given, bool anyOrder = false)
    {
        if (given.Kind == ValueKind.Set)
        {
            return wanted.Kind == ValueKind.Array && SameItems([.. wanted.AsArray()], [.. given.AsSet()], anyOrder);
        }

        if (given.Kind == ValueKind.Array && wanted.Kind == ValueKind.Array)
        {
            var (a, b) = (wanted.AsArray(), given.AsArray());
            if (anyOrder)
            {
                return SameItems([.. a], [.. b], anyOrder);
            }

            return a.Count == b.Count && Enumerable.Range(0, a.Count).All(i => Same(a[i], b[i]));
        }

        if (given.Kind == ValueKind.Object && wanted.Kind == ValueKind.Object)
        {
            var members = wanted.AsObject();
            var found = given.AsObject();
            return members.Count == found.Count && found.All(m =>
                members.Get(m.Key.TryGetString(out var name) ? name : JsonOut.Write(m.Key)) is { IsDefined: true } other && Same(other, m.Value, anyOrder));
        }

        return wanted.Equals(given);
    }

    /// <summary>Whether the two objects agree but for fractions of which the integer part alone was wanted.</summary>
    public static bool DiffersByTruncation(in Value wanted, in Value given)
    {
        if (wanted.Kind != ValueKind.Object || given.Kind != ValueKind.Object || wanted.AsObject().Count != given.AsObject().Count)
        {
            return false;
        }

        foreach (var (key, value) in wanted.AsObject())
        {
            var other = given.Get(key);
            if (!Same(value, other) && !(other.Kind == ValueKind.Number && WideFloat.From(other) is { IsWhole: false } fraction && BigNumber.Of(fraction.Truncate()).Equals(value)))
            {
                return false;
            }
        }

        return true;
    }

    public static bool SameItems(IReadOnlyList<Value> wanted, IReadOnlyList<Value> given, bool anyOrder)
    {
        var left = given.ToList();
        return wanted.Count == left.Count && wanted.All(w =>
        {
            var at = left.FindIndex(g => Same(w, g, anyOrder));
            if (at >= 0)
            {
                left.RemoveAt(at);
            }

            return at >= 0;
        });
    }
}
