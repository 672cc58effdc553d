using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>The data files of a bundle put together, each at its folder. Two files may share objects, never a member that is none.</summary>
internal sealed class DataTree
{
    private Value _whole;
    private Dictionary<string, DataTree>? _members;

    public static ObjectValue Of(BundleFiles files)
    {
        var top = new DataTree { _whole = ObjectValue.Empty };
        foreach (var path in files.Paths.Where(BundleFiles.IsData))
        {
            var node = top;
            foreach (var folder in path.Split('/')[..^1])
            {
                node = node.Member(folder, path);
            }

            node.Put(files.Document(path), path);
        }

        return top.Value().AsObject();
    }

    private DataTree Member(string name, string file)
    {
        if (_members is null)
        {
            // An object is taken apart once, by the first that adds to it.
            _members = new(StringComparer.Ordinal);
            if (_whole.IsDefined)
            {
                foreach (var (key, value) in _whole.Kind == ValueKind.Object ? _whole.AsObject() : throw Overlap(file))
                {
                    _members.Add(key.AsString(), new() { _whole = value });
                }

                _whole = default;
            }
        }

        if (!_members.TryGetValue(name, out var member))
        {
            _members[name] = member = new();
        }

        return member;
    }

    private void Put(in Value value, string file)
    {
        if (_whole.IsUndefined && _members is null)
        {
            _whole = value;
            return;
        }

        foreach (var (key, inner) in value.Kind == ValueKind.Object ? value.AsObject() : throw Overlap(file))
        {
            Member(key.AsString(), file).Put(inner, file);
        }

        if (_whole.IsDefined && _whole.Kind != ValueKind.Object)
        {
            throw Overlap(file);
        }
    }

    private Value Value()
    {
        if (_members is null)
        {
            return _whole;
        }

        var members = new ObjectBuilder(_members.Count);
        foreach (var (name, member) in _members)
        {
            members.Set(name, member.Value());
        }

        return members.ToObject();
    }

    private static BundleException Overlap(string file) =>
        new($"{file}: must be an object that can be joined with the other data: a member that is no object may come once only, and the top must be an object.");
}
