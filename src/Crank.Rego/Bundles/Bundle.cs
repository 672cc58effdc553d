using System.Buffers;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>What a bundle holds once all of it was checked. Immutable.</summary>
public sealed class Bundle
{
    internal Bundle(IReadOnlyList<PolicySource> modules, ReadOnlyMemory<byte> plan, ObjectValue data, Manifest manifest, string digest, string? signedBy)
        : this(modules, plan, data, manifest.Roots, manifest.Revision, manifest.Revision, digest, signedBy)
    {
    }

    private Bundle(IReadOnlyList<PolicySource> modules, ReadOnlyMemory<byte> plan, ObjectValue data, Roots roots, string revision, string baseRevision, string digest, string? signedBy)
    {
        Modules = modules;
        Plan = plan;
        Data = data;
        OwnRoots = roots;
        Revision = revision;
        BaseRevision = baseRevision;
        Digest = digest;
        SignedBy = signedBy;
    }

    /// <summary>The policies, named by their paths and sorted by them. They parse; whether they compile shows <see cref="Compile"/>.</summary>
    public IReadOnlyList<PolicySource> Modules { get; }

    /// <summary>The plan that OPA made of the policies (<c>plan.json</c>), for <see cref="PolicySet.Import"/>; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Plan { get; }

    /// <summary>The base documents of all data files, each at its folder.</summary>
    public ObjectValue Data { get; }

    /// <summary>The revision of the manifest, or of the last delta that said one; empty when none did.</summary>
    public string Revision { get; }

    /// <summary>The revision of the whole bundle that the deltas since were applied to; the same as <see cref="Revision"/> when there were none.</summary>
    public string BaseRevision { get; }

    /// <summary>The parts of <c>data</c> that this bundle owns, such as <c>a/b</c>; one empty name for all of it.</summary>
    public IReadOnlyList<string> Roots => OwnRoots.Names;

    /// <summary>
    /// SHA-256 over the paths and bytes of all files but the signature, sorted by path, in lower-case hexadecimal. Packing does not change it. After a delta, SHA-256
    /// over the digests of both.
    /// </summary>
    public string Digest { get; }

    /// <summary>The id of the key whose signature was verified; null for a bundle that is not signed.</summary>
    public string? SignedBy { get; }

    internal Roots OwnRoots { get; }

    /// <summary>Compiles the policies; takes the plan over when the bundle holds a plan and no text.</summary>
    /// <exception cref="PolicyException">They do not compile: keep using the bundle before.</exception>
    public PolicySet Compile(PolicyOptions? options = null) => Modules.Count == 0 && !Plan.IsEmpty ? PolicySet.Import(Plan.Span, options) : PolicySet.Compile(Modules, options);

    /// <summary>The base documents for policies, called by the bundle's revision.</summary>
    /// <param name="policies">The policies that were compiled of this bundle.</param>
    /// <exception cref="ValueFormatException">Folders and documents together nest deeper than <see cref="JsonIn.MaxDepth"/>.</exception>
    public Snapshot ToSnapshot(PolicySet policies)
    {
        // Read again so that the documents share the names of the policies, which makes decisions fast.
        var buffer = new ArrayBufferWriter<byte>();
        JsonOut.Write(buffer, Data);
        return Snapshot.Read(policies, buffer.WrittenSpan, Revision);
    }

    /// <summary>The bundle with other documents.</summary>
    internal Bundle Changed(ObjectValue data, string revision, string digest) =>
        new(Modules, Plan, data, OwnRoots, revision.Length > 0 ? revision : Revision, BaseRevision, digest, SignedBy);
}
