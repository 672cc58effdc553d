using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Docx;

/// <summary>Reads Office Open XML word processing documents, transitional and strict (ISO/IEC 29500), part by part, without ever holding a part whole.</summary>
internal static class DocxReader
{
    private const int MostRelationshipParts = 200;

    public static Document Read(ReadOnlyMemory<byte> content, ReaderBudget budget)
    {
        var log = new ReadingLog();
        using var package = DocxPackage.Open(content, budget);
        var main = Relationships.Of(package, "").PartOfType("officeDocument") ?? "word/document.xml";
        if (!package.Has(main) || main.StartsWith("xl/", StringComparison.Ordinal) || main.StartsWith("ppt/", StringComparison.Ordinal))
        {
            throw new DocumentRefusedException(RefusalReason.WrongFormat, "The package holds no word processing document.");
        }

        ReportParts(package, log);
        var references = Relationships.Of(package, main);
        var styles = new DocxStyles();
        package.Read(references.PartOfType("styles"), styles.Read);
        var numbering = new DocxNumbering();
        package.Read(references.PartOfType("numbering"), numbering.Read);

        var story = new StoryReader(styles, numbering, references, budget, log);
        package.Read(main, story.Read);
        var body = story.Body();
        var notes = ReadNotes(package, references, story, new StoryContext(styles, numbering, budget, log));
        return new Document(Metadata(package, styles), body, notes, log.Losses, log.Findings);
    }

    private static ImmutableArray<Footnote> ReadNotes(DocxPackage package, Relationships references, StoryReader story, StoryContext context)
    {
        var found = new Dictionary<string, ImmutableArray<Block>>(StringComparer.Ordinal);
        foreach (var kind in story.Notes.Count == 0 ? Array.Empty<string>() : ["footnote", "endnote"])
        {
            if (references.PartOfType(kind + "s") is { } part)
            {
                var notes = new StoryReader(context.Styles, context.Numbering, Relationships.Of(package, part), context.Budget, context.Log);
                package.Read(part, notes.Read);
                foreach (var (id, content) in notes.NoteContents)
                {
                    found.TryAdd(kind + id, content);
                }
            }
        }

        var ordered = ImmutableArray.CreateBuilder<Footnote>();
        foreach (var (source, id) in story.Notes)
        {
            if (found.TryGetValue(source, out var content))
            {
                ordered.Add(new Footnote(id, content));
            }
            else
            {
                context.Log.Lose(LossKind.BrokenReference);
            }
        }

        return ordered.ToImmutable();
    }

    private static void ReportParts(DocxPackage package, ReadingLog log)
    {
        if (!package.Has("[Content_Types].xml"))
        {
            log.Find(FindingKind.Malformed, "no [Content_Types].xml");
        }

        var relationshipParts = 0;
        foreach (var name in package.Names)
        {
            if (name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase) || name.Contains("/activeX/", StringComparison.OrdinalIgnoreCase))
            {
                log.Lose(LossKind.ActiveContent);
                log.Find(FindingKind.ActiveContent, name.Contains("vba", StringComparison.OrdinalIgnoreCase) ? "macros" : "ActiveX control");
            }
            else if (name.Contains("/embeddings/", StringComparison.OrdinalIgnoreCase))
            {
                log.Lose(LossKind.Attachment);
                log.Find(FindingKind.Attachment, "embedded file");
            }
            else if (name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase) && ++relationshipParts <= MostRelationshipParts)
            {
                Relationships.Of(package, name.Replace("_rels/", "", StringComparison.OrdinalIgnoreCase)[..^".rels".Length]).Report(log);
            }
        }
    }

    private static DocumentMetadata Metadata(DocxPackage package, DocxStyles styles)
    {
        var about = new Dictionary<string, string>(StringComparer.Ordinal);
        void ReadProperties(XmlReader xml)
        {
            var name = "";
            while (xml.Read())
            {
                if (xml.NodeType == XmlNodeType.Element)
                {
                    name = xml.LocalName;
                }
                else if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && !string.IsNullOrWhiteSpace(xml.Value))
                {
                    about.TryAdd(name, xml.Value.Trim());
                }
            }
        }

        package.Read("docProps/core.xml", ReadProperties);
        package.Read("docProps/app.xml", ReadProperties);
        DateTimeOffset? Date(string name) => DateTimeOffset.TryParse(about.GetValueOrDefault(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
        return new DocumentMetadata
        {
            Title = about.GetValueOrDefault("title"),
            Authors = [.. (about.GetValueOrDefault("creator") ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            Language = about.GetValueOrDefault("language") ?? styles.Language,
            Subject = about.GetValueOrDefault("subject"),
            Keywords = [.. (about.GetValueOrDefault("keywords") ?? "").Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            Created = Date("created"),
            Modified = Date("modified"),
            Pages = Wml.Number(about.GetValueOrDefault("Pages")),
            ClaimedWords = Wml.Number(about.GetValueOrDefault("Words")),
        };
    }

    private sealed record StoryContext(DocxStyles Styles, DocxNumbering Numbering, ReaderBudget Budget, ReadingLog Log);
}
