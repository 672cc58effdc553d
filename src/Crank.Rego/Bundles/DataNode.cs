using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>A document that is being changed. What no operation reaches stays the value that it was; what one reaches is taken apart once.</summary>
internal sealed class DataNode
{
    private readonly Value _whole;
    private Dictionary<string, DataNode>? _members;
    private List<DataNode>? _items;

    public DataNode(in Value whole) => _whole = whole;

    /// <summary>Whether members can be set.</summary>
    public bool IsObject => Members is not null;

    /// <summary>How many elements an array has; none for what is no array.</summary>
    public int Items => Elements?.Count ?? 0;

    private Dictionary<string, DataNode>? Members
    {
        get
        {
            if (_members is null && _items is null && _whole.Kind == ValueKind.Object)
            {
                _members = new(_whole.AsObject().Count, StringComparer.Ordinal);
                foreach (var (key, value) in _whole.AsObject())
                {
                    _members.Add(key.AsString(), new(value));
                }
            }

            return _members;
        }
    }

    private List<DataNode>? Elements
    {
        get
        {
            if (_items is null && _members is null && _whole.Kind == ValueKind.Array)
            {
                _items = [.. _whole.AsArray().Select(static item => new DataNode(item))];
            }

            return _items;
        }
    }

    /// <summary>What lies under a name: a member, or an element by its position; null when nothing does.</summary>
    public DataNode? Find(string name) =>
        Members is { } members ? members.GetValueOrDefault(name) : Position(name) is { } at ? Elements![at] : null;

    /// <summary>Sets a member, whether it is there or not; or puts an element before the one at a position, <c>-</c> being the end. False when it cannot be.</summary>
    public bool Add(string name, in Value value)
    {
        if (Members is { } members)
        {
            members[name] = new(value);
            return true;
        }

        if (Elements is not { } items || (name == "-" ? items.Count : PointerText.Position(name, items.Count)) is not { } at)
        {
            return false;
        }

        items.Insert(at, new(value));
        return true;
    }

    /// <summary>Replaces what is there; false when nothing is.</summary>
    public bool Replace(string name, in Value value)
    {
        if (Members is { } members)
        {
            if (!members.ContainsKey(name))
            {
                return false;
            }

            members[name] = new(value);
            return true;
        }

        if (Position(name) is not { } at)
        {
            return false;
        }

        Elements![at] = new(value);
        return true;
    }

    /// <summary>Removes what is there; false when nothing is.</summary>
    public bool Remove(string name)
    {
        if (Members is { } members)
        {
            return members.Remove(name);
        }

        if (Position(name) is not { } at)
        {
            return false;
        }

        Elements!.RemoveAt(at);
        return true;
    }

    /// <summary>The document as it is now.</summary>
    public Value ToValue()
    {
        if (_members is { } members)
        {
            var made = new ObjectBuilder(members.Count);
            foreach (var (name, member) in members)
            {
                made.Set(name, member.ToValue());
            }

            return made.ToObject();
        }

        if (_items is { } items)
        {
            var made = new ArrayBuilder(items.Count);
            foreach (var item in items)
            {
                made.Add(item.ToValue());
            }

            return made.ToArray();
        }

        return _whole;
    }

    private int? Position(string name) => Elements is { } items ? PointerText.Position(name, items.Count - 1) : null;
}
