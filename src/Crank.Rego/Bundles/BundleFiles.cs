using System.Text;
using Crank.Rego.Builtins;
using Crank.Rego.Builtins.Yaml;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>The files of a bundle by their paths, and what is left of its limits.</summary>
internal sealed class BundleFiles(BundleLimits limits)
{
    public const string Manifest = ".manifest";
    public const string Signatures = ".signatures.json";
    public const string Plan = "plan.json";
    private const long MaxYamlNodes = 10_000_000;
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Value> _documents = new(StringComparer.Ordinal);
    private int _members;

    public BundleLimits Limits => limits;

    /// <summary>The paths, sorted, with <c>/</c> between folders and none in front.</summary>
    public IEnumerable<string> Paths => _files.Keys;

    /// <summary>Bytes that came by now.</summary>
    public long Unpacked { get; private set; }

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Whether a file is hashed by the value it holds, not by its bytes.</summary>
    public static bool IsStructured(string path) => IsData(path) || NameOf(path) == Manifest;

    public static bool IsData(string path) => NameOf(path) is "data.json" or "data.yaml" or "data.yml";

    public bool Has(string path) => _files.ContainsKey(path);

    public byte[] Bytes(string path) => _files[path];

    /// <summary>Takes bytes off what may still come, before they are read.</summary>
    public void Charge(long bytes)
    {
        if (bytes > limits.UnpackedBytes - Unpacked)
        {
            throw new BundleException($"The bundle unpacks to more than {limits.UnpackedBytes} bytes; make it smaller or raise the limit.");
        }

        Unpacked += bytes;
    }

    /// <summary>Counts a member and gives its clean path, empty for the top itself.</summary>
    public string Enter(string name)
    {
        if (++_members > limits.Members)
        {
            throw new BundleException($"The bundle has more than {limits.Members} members; make it smaller or raise the limit.");
        }

        var parts = Clean(name);
        return parts.Length - 1 <= limits.Depth ? string.Join('/', parts) : throw new BundleException($"A member lies below more than {limits.Depth} folders.");
    }

    /// <summary>The parts of a path. One that leads out of the bundle is refused, not corrected.</summary>
    public static string[] Clean(string name)
    {
        if (name.AsSpan().ContainsAnyInRange('\0', '\x1F') || name.Contains('\\', StringComparison.Ordinal))
        {
            throw new BundleException("The name of a member holds a control character or a backslash.");
        }

        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != ".").ToArray();
        return Array.IndexOf(parts, "..") < 0 ? parts : throw new BundleException($"The member '{name}' leads out of the bundle.");
    }

    public void Add(string path, byte[] bytes)
    {
        if (path.Length == 0)
        {
            throw new BundleException("A file has no name.");
        }

        if (!_files.TryAdd(path, bytes))
        {
            throw new BundleException($"{path}: there are two files of this name.");
        }
    }

    public void Remove(string path)
    {
        if (_files.Remove(path, out var bytes))
        {
            _documents.Remove(path);
            Unpacked -= bytes.Length;
        }
    }

    public string Text(string path)
    {
        try
        {
            return s_utf8.GetString(_files[path]);
        }
        catch (DecoderFallbackException)
        {
            throw new BundleException($"{path}: is not UTF-8.");
        }
    }

    /// <summary>The value of a JSON or YAML file.</summary>
    public Value Document(string path)
    {
        if (!_documents.TryGetValue(path, out var value))
        {
            try
            {
                _documents[path] = value = path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal)
                    ? YamlReader.Read(new(PolicyOptions.Default.Clock, PolicyOptions.Default.Chance(), BuiltinCapabilities.None) { Remaining = MaxYamlNodes }, Text(path))
                    : JsonIn.Read(_files[path]);
            }
            catch (Exception broken) when (broken is ValueFormatException or BuiltinException or LimitException)
            {
                throw new BundleException($"{path}: {broken.Message}", broken);
            }
        }

        return value;
    }
}
