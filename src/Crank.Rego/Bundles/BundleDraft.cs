using System.Text;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>
/// The files of a bundle in the making: put together, described, signed and packed. Nothing of them is checked but <see cref="BundleLimits"/> and paths; read the archive
/// with <see cref="BundleLoader"/> to know that it is one. Used by one thread at a time.
/// </summary>
public sealed class BundleDraft
{
    private readonly BundleFiles _files;

    /// <summary>No files yet.</summary>
    /// <param name="limits">What the bundle may take; null for the usual limits.</param>
    public BundleDraft(BundleLimits? limits = null) => _files = new(limits ?? BundleLimits.Default);

    /// <summary>The paths of the files, sorted.</summary>
    public IEnumerable<string> Paths => _files.Paths;

    /// <summary>Whether it holds a signature, be it right or wrong.</summary>
    public bool IsSigned => _files.Has(BundleFiles.Signatures);

    /// <summary>The files of an archive. A signature in it is not verified.</summary>
    /// <exception cref="BundleException">It cannot be read as an archive, or is larger than the limits allow.</exception>
    public static BundleDraft Read(Stream archive, BundleLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var draft = new BundleDraft(limits);
        TarArchive.Read(archive, draft._files);
        return draft;
    }

    /// <summary>The files of a folder that is laid out as a bundle: policies or their plan, data, manifest and signature; others are left out. A signature is not verified.</summary>
    /// <exception cref="BundleException">It holds links, or more than the limits allow.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static BundleDraft Read(string folder, BundleLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var draft = new BundleDraft(limits);
        Folder.Read(folder, draft._files, Belongs);
        return draft;
    }

    /// <summary>Whether a file of this path is one that bundles are made of.</summary>
    /// <param name="path">Its path in the bundle, with <c>/</c> between folders.</param>
    public static bool Belongs(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path is BundleFiles.Manifest or BundleFiles.Signatures or BundleFiles.Plan || path.EndsWith(".rego", StringComparison.Ordinal) || BundleFiles.IsData(path);
    }

    /// <summary>Adds a file.</summary>
    /// <param name="path">Its path in the bundle, with <c>/</c> between folders.</param>
    /// <param name="bytes">Its content.</param>
    /// <exception cref="BundleException">The path leads out of the bundle or is there already, or the bundle would be larger than the limits allow.</exception>
    public void Add(string path, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(bytes);
        _files.Charge(bytes.Length);
        _files.Add(_files.Enter(path), bytes);
    }

    /// <summary>The policies, named by their paths.</summary>
    /// <exception cref="BundleException">One is not UTF-8.</exception>
    public IReadOnlyList<PolicySource> Policies() => [.. _files.Paths.Where(static path => path.EndsWith(".rego", StringComparison.Ordinal)).Select(path => new PolicySource(path, _files.Text(path)))];

    /// <summary>Takes a file out; no matter if it is not there.</summary>
    public void Remove(string path) => _files.Remove(path);

    /// <summary>Says in the manifest what the bundle is called and owns; what it says already and is not given stays. Policies are then Rego v1.</summary>
    /// <param name="revision">What it is called; null leaves it.</param>
    /// <param name="roots">The parts of <c>data</c> that it owns, such as <c>a/b</c>; null leaves them.</param>
    /// <exception cref="BundleException">The manifest that is there is no JSON object.</exception>
    public void Describe(string? revision, IReadOnlyList<string>? roots)
    {
        var manifest = new ObjectBuilder();
        manifest.Set("revision", "");
        manifest.Set("roots", List([""]));
        if (_files.Has(BundleFiles.Manifest))
        {
            var there = _files.Document(BundleFiles.Manifest);
            foreach (var (name, value) in there.Kind == ValueKind.Object ? there.AsObject() : throw Manifest.Wrong("must be a JSON object."))
            {
                manifest.Set(name, value);
            }
        }
        else
        {
            manifest.Set("rego_version", 1);
        }

        if (revision is not null)
        {
            manifest.Set("revision", revision);
        }

        if (roots is not null)
        {
            manifest.Set("roots", List(roots));
        }

        _files.Remove(BundleFiles.Manifest);
        Add(BundleFiles.Manifest, Encoding.UTF8.GetBytes(JsonOut.Write(manifest.ToObject())));
    }

    /// <summary>Signs all files as they are now, in place of any signature that was there.</summary>
    /// <returns>The content of <c>.signatures.json</c>, which is then one of the files.</returns>
    /// <exception cref="BundleException">The key cannot be read or is none for the algorithm, or a file of data cannot be read.</exception>
    public byte[] Sign(BundleSigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        _files.Remove(BundleFiles.Signatures);
        var signature = Encoding.UTF8.GetBytes(Signature.Make(_files, signer));
        Add(BundleFiles.Signatures, signature);
        return signature;
    }

    /// <summary>The files as a gzipped tar archive; the same files give the same bytes.</summary>
    public byte[] Pack() => ArchiveWriter.Write(_files.Paths.Select(path => (path, _files.Bytes(path))));

    /// <summary>What the bundle says of itself.</summary>
    /// <exception cref="BundleException">The manifest, the signature or a file of data cannot be read.</exception>
    public BundleSummary Summarize() => BundleSummary.Of(_files);

    private static Value List(IEnumerable<string> texts)
    {
        var list = new ArrayBuilder();
        foreach (var text in texts)
        {
            list.Add(text);
        }

        return list.ToArray();
    }
}
