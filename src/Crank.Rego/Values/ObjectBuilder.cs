namespace Crank.Rego.Values;

/// <summary>Collects the members of an object.</summary>
public sealed class ObjectBuilder(int capacity = 4)
{
    private readonly ObjectValue _object = new(capacity);

    /// <summary>How many members are there by now.</summary>
    public int Count => _object.Count;

    /// <summary>Sets a member. False when the key was there already: its value is then replaced.</summary>
    public bool Set(in Value key, in Value value) => _object.Put(key, value);

    /// <summary>The value set for a key so far; undefined when there is none.</summary>
    public Value Get(in Value key) => _object.Get(key);

    /// <summary>The object; the builder must not be used afterwards.</summary>
    public ObjectValue ToObject() => _object;
}
