using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>The base documents in force: immutable, replaced as a whole.</summary>
public sealed class Snapshot
{
    private Snapshot(Value data, NameTable names, string revision)
    {
        Data = data;
        Names = names;
        Revision = revision;
    }

    /// <summary>The documents, as one object.</summary>
    public Value Data { get; }

    /// <summary>What the operator calls this state of the data; empty when nothing was said.</summary>
    public string Revision { get; }

    internal NameTable Names { get; }

    /// <summary>Reads base documents from one JSON object.</summary>
    /// <param name="policies">The policies they are for.</param>
    /// <param name="utf8">The object.</param>
    /// <param name="revision">What this state is called.</param>
    /// <exception cref="ValueFormatException">The text is no JSON object.</exception>
    public static Snapshot Read(PolicySet policies, ReadOnlySpan<byte> utf8, string revision = "")
    {
        ArgumentNullException.ThrowIfNull(policies);
        var names = new NameTable(policies.Names);
        var data = JsonIn.Read(utf8, names, learn: true);
        return data.Kind == ValueKind.Object ? new(data, names, revision) : throw new ValueFormatException("Base documents must be one JSON object.");
    }

    /// <summary>Base documents that are values already.</summary>
    public static Snapshot Of(PolicySet policies, ObjectValue data, string revision = "")
    {
        ArgumentNullException.ThrowIfNull(policies);
        return new(data, policies.Names, revision);
    }
}
