using System.Buffers;
using System.Text;
using Crank.Core;
using Crank.Rego.Decide;

namespace Crank.Mesh.Authorize;

/// <summary>
/// The policies of a mesh that has no others, as they lie in <c>policies/default</c>: readable in two minutes, and what <c>crank policy init</c> writes out to begin with.
/// </summary>
public static class DefaultPolicies
{
    /// <summary>The revision on every decision of this set; another one when its answers change.</summary>
    public const string Revision = "default/1";

    private const string Prefix = "policies/";

    private static readonly Lazy<IReadOnlyList<PolicySource>> s_files = new(Read);

    /// <summary>The modules with their tests, named by their files and sorted by name.</summary>
    public static IReadOnlyList<PolicySource> Files => s_files.Value;

    /// <summary>
    /// The set, ready to be asked. Jobs are answered by <see cref="DefaultAccess"/>, which says the same as <c>access.rego</c>; nothing is compiled before it is asked about
    /// something else.
    /// </summary>
    public static PolicyInForce Load(TimeProvider clock) => PolicyInForce.Standard(Files, Revision, DigestOf(Files), DefaultAccess.Decide, clock);

    /// <summary>The same set without the short cut: every answer is the compiled policy's.</summary>
    public static PolicyInForce LoadCompiled(TimeProvider clock) => PolicyInForce.Standard(Files, Revision, DigestOf(Files), null, clock);

    private static IReadOnlyList<PolicySource> Read()
    {
        var assembly = typeof(DefaultPolicies).Assembly;
        return
        [
            .. assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
                return new PolicySource(name[Prefix.Length..], reader.ReadToEnd());
            }),
        ];
    }

    private static Digest DigestOf(IReadOnlyList<PolicySource> files)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var file in files)
        {
            foreach (var part in (string[])[file.Name, file.Text])
            {
                var bytes = Encoding.UTF8.GetBytes(part);
                buffer.Write(BitConverter.GetBytes((long)bytes.Length));
                buffer.Write(bytes);
            }
        }

        return Digest.Of(buffer.WrittenSpan);
    }
}
