using System.Xml;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Docx;

/// <summary>What one part refers to (ISO/IEC 29500-2, section 9.3).</summary>
internal sealed class Relationships
{
    private readonly Dictionary<string, Relationship> _byId = new(StringComparer.Ordinal);
    private string _folder = "";

    /// <summary>Reads the references of a part; none when it has none.</summary>
    public static Relationships Of(DocxPackage package, string part)
    {
        var slash = part.LastIndexOf('/');
        var found = new Relationships { _folder = slash < 0 ? "" : part[..(slash + 1)] };
        package.Read($"{found._folder}_rels/{part[(slash + 1)..]}.rels", found.ReadAll);
        return found;
    }

    public Relationship? Find(string? id) => id is not null ? _byId.GetValueOrDefault(id) : null;

    /// <summary>Name of the part that a reference of this type leads to.</summary>
    public string? PartOfType(string type) => _byId.Values.FirstOrDefault(r => !r.External && r.Type == type) is { } found ? Resolve(found.Target) : null;

    /// <summary>The part's name in the package for a target relative to this part.</summary>
    public string Resolve(string target)
    {
        var path = new List<string>();
        foreach (var step in (target.StartsWith('/') ? target : _folder + target).Split('/', '\\'))
        {
            if (step == ".." && path.Count > 0)
            {
                path.RemoveAt(path.Count - 1);
            }
            else if (step is not ("" or "." or ".."))
            {
                path.Add(step);
            }
        }

        return string.Join('/', path);
    }

    /// <summary>Reports what leads outside the package. Nothing is followed.</summary>
    public void Report(ReadingLog log)
    {
        foreach (var relationship in _byId.Values.Where(r => r.External))
        {
            if (relationship.Type != "hyperlink")
            {
                log.Lose(LossKind.ExternalReference);
                log.Find(FindingKind.ExternalReference, $"{relationship.Type} outside the document");
            }
            else if (relationship.Target.StartsWith(@"\\", StringComparison.Ordinal) || SafeTarget.Scheme(relationship.Target) == "file")
            {
                log.Find(FindingKind.ExternalReference, "link to a file share");
            }
        }
    }

    private void ReadAll(XmlReader xml)
    {
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "Relationship" && xml.GetAttribute("Id") is { } id)
            {
                var type = xml.GetAttribute("Type") ?? "";
                _byId.TryAdd(id, new Relationship(
                    type[(type.LastIndexOf('/') + 1)..],
                    xml.GetAttribute("Target") ?? "",
                    string.Equals(xml.GetAttribute("TargetMode"), "External", StringComparison.OrdinalIgnoreCase)));
            }
        }
    }
}
