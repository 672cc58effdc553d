using System.Buffers;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Crank.Core;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize.Log;

/// <summary>
/// The sets of policies that decisions were made by, each a packed file called by the SHA-256 of its content: modules, base documents and those of the mesh. The sets that
/// were put in force longest ago go first. Safe beside another process that reads.
/// </summary>
public sealed class KeptPolicies(string folder, int most, long mostBytes)
{
    private const string Ending = ".json.gz";
    private const long MaxUnpacked = 512L << 20;

    private readonly ConditionalWeakTable<PolicyInForce, object> _names = [];

    /// <summary>Keeps a set, unless it is kept already.</summary>
    /// <exception cref="IOException">The disk refused it.</exception>
    public Digest Keep(PolicyInForce set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (_names.TryGetValue(set, out var known))
        {
            return (Digest)known;
        }

        var content = new ArrayBufferWriter<byte>(64 << 10);
        JsonOut.Write(content, Content(set));
        var name = Digest.Of(content.WrittenSpan);
        var file = PathOf(name);
        OwnFiles.MakeFolder(folder);
        if (File.Exists(file))
        {
            File.SetLastWriteTimeUtc(file, set.Policies.Options.Clock.GetUtcNow().UtcDateTime);
        }
        else
        {
            using (var unfinished = OwnFiles.Open(file + ".new", FileMode.Create))
            using (var packed = new GZipStream(unfinished, CompressionLevel.Fastest))
            {
                packed.Write(content.WrittenSpan);
            }

            File.Move(file + ".new", file, overwrite: true);
            Prune(file);
        }

        _names.Add(set, name);
        return name;
    }

    /// <summary>A set that was kept, ready to be asked; null when it is gone.</summary>
    /// <exception cref="InvalidDataException">The file is not what its name says.</exception>
    public PolicyInForce? Open(Digest name, TimeProvider clock)
    {
        var file = PathOf(name);
        if (!File.Exists(file))
        {
            return null;
        }

        var content = new MemoryStream();
        using (var stream = OwnFiles.Read(file))
        using (var unpacked = new GZipStream(stream, CompressionMode.Decompress))
        {
            var buffer = new byte[64 << 10];
            int read;
            while ((read = unpacked.Read(buffer)) > 0)
            {
                if (content.Length + read > MaxUnpacked)
                {
                    throw new InvalidDataException($"{file} unpacks to more than {MaxUnpacked} bytes.");
                }

                content.Write(buffer, 0, read);
            }
        }

        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        if (Digest.Of(bytes) != name)
        {
            throw new InvalidDataException($"{file} is not what its name says: it was changed.");
        }

        var value = JsonIn.Read(bytes);
        var modules = value.Get("modules").AsArray().Select(static m => new PolicySource(m.Get("name").AsString(), m.Get("text").AsString()));
        return PolicyInForce.Of(
            modules, value.Get("data").AsObject(), value.Get("origin").AsString(), value.Get("revision").AsString(), Digest.Parse(value.Get("policy").AsString()), null, clock);
    }

    private static ObjectValue Content(PolicyInForce set)
    {
        var content = new ObjectBuilder(5);
        content.Set("origin", set.Origin);
        content.Set("revision", set.Revision);
        content.Set("policy", set.Digest.ToString());
        content.Set("data", set.Snapshot.Data);
        content.Set("modules", ArrayValue.Of([.. set.Policies.Sources.Select(static source =>
        {
            var module = new ObjectBuilder(2);
            module.Set("name", source.Name);
            module.Set("text", source.Text);
            return (Value)module.ToObject();
        })]));
        return content.ToObject();
    }

    private string PathOf(Digest name) => System.IO.Path.Combine(folder, name.Hex + Ending);

    private void Prune(string newest)
    {
        var bytes = 0L;
        var count = 0;
        foreach (var file in OwnFiles.List(folder, "", Ending).OrderByDescending(f => f.FullName == newest).ThenByDescending(static f => f.LastWriteTimeUtc).ThenBy(static f => f.Name, StringComparer.Ordinal))
        {
            bytes += file.Length;
            if (++count > 1 && (count > most || bytes > mostBytes))
            {
                file.Delete();
            }
        }
    }
}
