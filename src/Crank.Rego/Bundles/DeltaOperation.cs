using System.Diagnostics;
using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>One change of the base documents, as <c>patch.json</c> says it.</summary>
internal sealed record DeltaOperation(DeltaVerb Verb, string[] Path, Value Value)
{
    public static DeltaOperation Of(in Value value)
    {
        if (value.Kind != ValueKind.Object)
        {
            throw Patch.Wrong("every operation must be an object.");
        }

        var members = value.AsObject();
        foreach (var (name, _) in members)
        {
            if (name.AsString() is not ("op" or "path" or "value"))
            {
                throw Patch.Wrong($"an operation has op, path and value, not {name.AsString()}.");
            }
        }

        var verb = members.Get("op").TryGetString(out var op)
            ? op switch
            {
                "upsert" => DeltaVerb.Upsert,
                "replace" => DeltaVerb.Replace,
                "remove" => DeltaVerb.Remove,
                _ => throw Patch.Wrong($"the operation '{op}' is not supported; upsert, replace and remove are."),
            }
            : throw Patch.Wrong("every operation must have an op: upsert, replace or remove.");
        var path = members.Get("path").TryGetString(out var text) ? Patch.Path(text) : throw Patch.Wrong("every operation must have a path.");
        return verb == DeltaVerb.Remove || members.Get("value").IsDefined
            ? new(verb, path, members.Get("value"))
            : throw Patch.Wrong($"{verb.ToString().ToLowerInvariant()} of '{text}' has no value.");
    }

    /// <summary>Carries it out. The path is not empty.</summary>
    public void ApplyTo(DataNode top)
    {
        var node = top;
        for (var i = 0; i < Path.Length - 1; i++)
        {
            node = node.Find(Path[i]) ?? (Verb == DeltaVerb.Upsert ? Made(node, i) : throw Missing(i));
        }

        var name = Path[^1];
        var done = Verb switch
        {
            DeltaVerb.Upsert => node.Add(name, Value),
            DeltaVerb.Replace => node.Replace(name, Value),
            DeltaVerb.Remove => node.Remove(name),
            _ => throw new UnreachableException(),
        };
        if (!done)
        {
            throw Missing(Path.Length - 1);
        }
    }

    /// <summary>How many elements of an array it may have to move.</summary>
    public int Moves(DataNode top)
    {
        var node = top;
        for (var i = 0; i < Path.Length - 1 && node is not null; i++)
        {
            node = node.Find(Path[i]);
        }

        return node?.Items ?? 0;
    }

    // An upsert makes the objects on its way, never elements of arrays.
    private DataNode Made(DataNode node, int at) =>
        node.IsObject && node.Add(Path[at], ObjectValue.Empty) ? node.Find(Path[at])! : throw Missing(at);

    private BundleException Missing(int at) =>
        Patch.Wrong($"{Verb.ToString().ToLowerInvariant()} of '/{string.Join('/', Path)}': there is no '/{string.Join('/', Path[..(at + 1)])}' that it can be done to.");
}
