using System.Security.Cryptography;
using System.Text;
using Crank.Rego.Decide;
using Crank.Rego.Syntax;

namespace Crank.Rego.Bundles;

/// <summary>
/// Reads bundles as OPA 1.19 builds them: policies (<c>*.rego</c>), plans (<c>plan.json</c>), base documents (<c>data.json</c>, <c>data.yaml</c>, each at its folder), <c>.manifest</c> and
/// <c>.signatures.json</c>. A bundle is accepted whole or refused whole, and nothing is ever written to disk. What is in force in the meantime is the caller's:
/// keep the last good bundle, read and compile the next one beside it, and swap only when both worked.
/// </summary>
public static class BundleLoader
{
    /// <summary>Reads a gzipped tar archive to its end.</summary>
    /// <param name="archive">The archive; it stays open.</param>
    /// <param name="options">How it is checked.</param>
    /// <exception cref="BundleException">The bundle is refused.</exception>
    /// <exception cref="PolicyException">A policy does not parse; all errors are in it.</exception>
    public static Bundle Read(Stream archive, BundleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        options ??= BundleOptions.Default;
        var files = new BundleFiles(options.Limits);
        TarArchive.Read(archive, files);
        return Load(files, options);
    }

    /// <summary>Reads a folder that is laid out as a bundle, under the same rules.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How it is checked.</param>
    /// <exception cref="BundleException">The bundle is refused.</exception>
    /// <exception cref="PolicyException">A policy does not parse; all errors are in it.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static Bundle Read(string folder, BundleOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= BundleOptions.Default;
        var files = new BundleFiles(options.Limits);
        Folder.Read(folder, files);
        return Load(files, options);
    }

    /// <summary>Reads what comes after a bundle that is in force: a whole bundle, which takes its place, or a delta bundle, which is applied to it.</summary>
    /// <param name="archive">The archive; it stays open.</param>
    /// <param name="inForce">The bundle in force. It stays as it is, whatever happens.</param>
    /// <param name="options">How what comes is checked.</param>
    /// <exception cref="BundleException">It is refused, or the delta does not fit the bundle in force.</exception>
    /// <exception cref="PolicyException">A policy does not parse; all errors are in it.</exception>
    public static Bundle ReadNext(Stream archive, Bundle inForce, BundleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(inForce);
        options ??= BundleOptions.Default;
        var files = new BundleFiles(options.Limits);
        TarArchive.Read(archive, files);
        return files.Has(Patch.File) ? LoadDelta(files, options).ApplyTo(inForce) : Load(files, options);
    }

    /// <summary>Reads a delta bundle (OPA 1.19): <c>patch.json</c>, whose member <c>data</c> lists operations, and <c>.manifest</c>; nothing else.</summary>
    /// <param name="archive">The archive; it stays open.</param>
    /// <param name="options">How it is checked.</param>
    /// <exception cref="BundleException">It is refused, or is a whole bundle.</exception>
    public static DeltaBundle ReadDelta(Stream archive, BundleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        options ??= BundleOptions.Default;
        var files = new BundleFiles(options.Limits);
        TarArchive.Read(archive, files);
        return LoadDelta(files, options);
    }

    private static DeltaBundle LoadDelta(BundleFiles files, BundleOptions options)
    {
        var signedBy = Signature.Verify(files, options);
        foreach (var path in files.Paths)
        {
            if (path is not (Patch.File or BundleFiles.Manifest or BundleFiles.Signatures))
            {
                throw new BundleException($"{path}: a delta bundle has {Patch.File} and {BundleFiles.Manifest} alone.");
            }
        }

        return files.Has(Patch.File)
            ? new(Patch.Of(files.Document(Patch.File)), ManifestOf(files), options.Limits, DigestOf(files), signedBy)
            : throw new BundleException($"There is no {Patch.File}: it is no delta bundle.");
    }

    private static Manifest ManifestOf(BundleFiles files) =>
        files.Has(BundleFiles.Manifest) ? Manifest.Of(files.Document(BundleFiles.Manifest)) : Manifest.None;

    private static Bundle Load(BundleFiles files, BundleOptions options)
    {
        var signedBy = Signature.Verify(files, options);
        foreach (var path in files.Paths)
        {
            Unsupported(path);
        }

        var manifest = ManifestOf(files);
        var data = DataTree.Of(files);
        manifest.Roots.Check(data);
        return new(Modules(files, manifest), files.Has(BundleFiles.Plan) ? files.Bytes(BundleFiles.Plan) : default(ReadOnlyMemory<byte>), data, manifest, DigestOf(files), signedBy);
    }

    private static void Unsupported(string path)
    {
        var name = BundleFiles.NameOf(path);
        if (name == Patch.File)
        {
            throw new BundleException($"{path}: a delta bundle changes another; read a whole bundle first.");
        }

        if (name.EndsWith(".wasm", StringComparison.Ordinal))
        {
            throw new BundleException($"{path}: WebAssembly is not supported; build the bundle with target rego or plan.");
        }

        if (name is BundleFiles.Manifest or BundleFiles.Signatures && name != path)
        {
            throw new BundleException($"{path}: must lie at the top of the bundle.");
        }
    }

    private static List<PolicySource> Modules(BundleFiles files, Manifest manifest)
    {
        var modules = new List<PolicySource>();
        var errors = new List<RegoError>();
        foreach (var path in files.Paths.Where(static path => path.EndsWith(".rego", StringComparison.Ordinal)))
        {
            var text = files.Text(path);
            if (manifest.IsFileV0(path))
            {
                var v1 = RegoV0.ToV1(path, text);
                if (!v1.Ok)
                {
                    errors.AddRange(v1.Errors);
                    continue;
                }

                text = v1.Value;
            }

            var parsed = Parser.ParseModule(path, text);
            if (!parsed.Ok)
            {
                errors.AddRange(parsed.Errors);
                continue;
            }

            manifest.Roots.Check(path, [.. parsed.Value.Package.Path.Path.Skip(1).Cast<Term.String>().Select(static part => part.Value)]);
            modules.Add(new(path, text));
        }

        return errors.Count == 0 ? modules : throw new PolicyException(errors);
    }

    private static string DigestOf(BundleFiles files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in files.Paths.Where(static path => path != BundleFiles.Signatures))
        {
            foreach (var part in (byte[][])[Encoding.UTF8.GetBytes(path), files.Bytes(path)])
            {
                hash.AppendData(BitConverter.GetBytes((long)part.Length));
                hash.AppendData(part);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
