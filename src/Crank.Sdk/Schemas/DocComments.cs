using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Xml;

namespace Crank.Sdk.Schemas;

/// <summary>
/// Doc comments, from the XML file that the compiler writes beside the assembly. Without the file nothing has a comment, which
/// is no error. A file is read once, when the first comment of its assembly is asked for.
/// </summary>
internal static class DocComments
{
    private const long MaxFileBytes = 16L << 20;
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, string>> Files = new();

    /// <summary>The summary of a type.</summary>
    public static string? Summary(Type type) => Find(type.Assembly, "T:" + NameOf(type));

    /// <summary>The summary of a property, or of the record parameter that it was made from.</summary>
    public static string? Summary(Type owner, string member) =>
        Find(owner.Assembly, $"P:{NameOf(owner)}.{member}") ?? Find(owner.Assembly, $"T:{NameOf(owner)}#{member}");

    private static string NameOf(Type type) => ((type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? type.Name).Replace('+', '.');

    private static string? Find(Assembly assembly, string id) => Files.GetOrAdd(assembly, Load).GetValueOrDefault(id);

    private static Dictionary<string, string> Load(Assembly assembly)
    {
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        try
        {
            if (new FileInfo(file) is not { Exists: true, Length: <= MaxFileBytes }) return comments;
            using var reader = XmlReader.Create(file, new XmlReaderSettings { IgnoreComments = true, DtdProcessing = DtdProcessing.Prohibit });
            while (reader.ReadToFollowing("member"))
            {
                if (reader.GetAttribute("name") is { } id && id[0] is 'T' or 'P') ReadMember(reader.ReadSubtree(), id, comments);
            }
        }
        catch (Exception e) when (e is IOException or XmlException or UnauthorizedAccessException)
        {
            return comments;
        }

        return comments;
    }

    private static void ReadMember(XmlReader member, string id, Dictionary<string, string> comments)
    {
        using (member)
        {
            while (member.Read())
            {
                if (member.NodeType != XmlNodeType.Element) continue;
                var key = member.Name == "summary" ? id : member.Name == "param" ? $"{id}#{member.GetAttribute("name")}" : null;
                if (key is null) continue;
                using var element = member.ReadSubtree();
                if (PlainText(element) is { Length: > 0 } text) comments.TryAdd(key, text);
            }
        }
    }

    private static string PlainText(XmlReader element)
    {
        var text = new StringBuilder();
        while (element.Read())
        {
            if (element.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace) text.Append(element.Value);
            else if (element.NodeType == XmlNodeType.Element && element.IsEmptyElement) text.Append(NameIn(element));
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string NameIn(XmlReader reference) =>
        reference.GetAttribute("name") ?? reference.GetAttribute("langword") ?? reference.GetAttribute("cref")?.Split('(')[0].Split('.', ':')[^1] ?? " ";
}
