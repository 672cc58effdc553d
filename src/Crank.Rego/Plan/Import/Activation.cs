using Crank.Rego.Values;

namespace Crank.Rego.Plan.Import;

/// <summary>One call of a function of an imported plan, or the plan itself: its locals, and which values are still its own to change.</summary>
internal sealed class Activation(PlanRun run, int locals)
{
    private readonly object _owner = new();
    private HashSet<ArrayValue>? _arrays;

    public PlanRun Run { get; } = run;

    public Value[] Locals { get; } = new Value[locals];

    public Value Returned { get; set; }

    public void MakeArray(int target, int capacity)
    {
        var made = new ArrayValue(new Value[capacity], 0);
        Own(made);
        Locals[target] = made;
    }

    public void MakeObject(int target) => Locals[target] = new ObjectValue(4) { Owner = _owner };

    public void MakeSet(int target) => Locals[target] = new SetValue(4) { Owner = _owner };

    /// <summary>The object in a local, to be changed: itself when it was made here, and then whatever holds it sees the change; else a copy.</summary>
    public ObjectValue? Object(int local)
    {
        if (Locals[local].Reference is not ObjectValue there || ReferenceEquals(there.Owner, _owner))
        {
            return Locals[local].Reference as ObjectValue;
        }

        var copy = Copied(there);
        Locals[local] = copy;
        return copy;
    }

    /// <summary>As <see cref="Object"/> for a set.</summary>
    public SetValue? Set(int local)
    {
        if (Locals[local].Reference is not SetValue there || ReferenceEquals(there.Owner, _owner))
        {
            return Locals[local].Reference as SetValue;
        }

        var copy = new SetValue(there.Count + 1) { Owner = _owner };
        foreach (ref readonly var item in there.Raw)
        {
            Run.Frame.Tick();
            copy.Add(item);
        }

        Locals[local] = copy;
        return copy;
    }

    /// <summary>Puts a value behind the array in a local.</summary>
    /// <returns>False when there is no array.</returns>
    public bool Append(int local, in Value value)
    {
        if (Locals[local].Reference is not ArrayValue there)
        {
            return false;
        }

        // The room behind an array belongs to the newest one that has it.
        var items = there.Items;
        var mine = _arrays?.Remove(there) == true;
        if (!mine || there.Count == items.Length)
        {
            items = new Value[Math.Max(4, there.Count * 2)];
            there.Span.CopyTo(items);
        }

        items[there.Count] = value;
        var longer = new ArrayValue(items, there.Count + 1);
        Own(longer);
        Locals[local] = longer;
        return true;
    }

    /// <summary>A new object with the members of both, those that both have merged in turn; of two that are no objects the first one stays.</summary>
    public ObjectValue Merged(ObjectValue first, ObjectValue second)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var merged = Copied(first);
        for (var i = 0; i < second.Count; i++)
        {
            Run.Frame.Tick();
            var (key, value) = (second.RawKeys[i], second.RawValues[i]);
            if (merged.Find(key) is >= 0 and var at)
            {
                if (merged.RawValues[at].Reference is ObjectValue a && value.Reference is ObjectValue b)
                {
                    merged.Put(key, Merged(a, b));
                }
            }
            else
            {
                merged.Append(key, value);
            }
        }

        return merged;
    }

    private ObjectValue Copied(ObjectValue there)
    {
        var copy = new ObjectValue(there.Count + 1) { Owner = _owner };
        for (var i = 0; i < there.Count; i++)
        {
            Run.Frame.Tick();
            copy.Append(there.RawKeys[i], there.RawValues[i]);
        }

        return copy;
    }

    private void Own(ArrayValue array) => (_arrays ??= new(ReferenceEqualityComparer.Instance)).Add(array);
}
