namespace Crank.Rego.Values;

/// <summary>Collects the elements of a set.</summary>
public sealed class SetBuilder(int capacity = 4)
{
    private readonly SetValue _set = new(capacity);

    /// <summary>How many elements are there by now.</summary>
    public int Count => _set.Count;

    /// <summary>Adds an element. False when it was there already.</summary>
    public bool Add(in Value item) => _set.Add(item);

    /// <summary>The set; the builder must not be used afterwards.</summary>
    public SetValue ToSet() => _set;
}
