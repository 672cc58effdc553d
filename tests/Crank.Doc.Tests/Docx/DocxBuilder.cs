using System.IO.Compression;
using System.Text;

namespace Crank.Doc.Tests.Docx;

/// <summary>Makes small .docx packages from their XML, the same bytes on every machine.</summary>
internal sealed class DocxBuilder
{
    public const string Namespaces =
        "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
        + "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
        + "xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"";

    private const string RelationshipTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
    private const string ContentTypes = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
    private static readonly DateTimeOffset Timestamp = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<(string Name, byte[] Content)> _parts = [];
    private readonly StringBuilder _references = new();
    private readonly StringBuilder _overrides = new();

    /// <summary>The same package with another content of one part.</summary>
    public static byte[] Swap(byte[] package, string name, byte[] content)
    {
        using var bytes = new MemoryStream();
        bytes.Write(package);
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(name)?.Delete();
            Write(zip, name, content);
        }

        return bytes.ToArray();
    }

    public static byte[] PartOf(byte[] package, string name)
    {
        using var zip = new ZipArchive(new MemoryStream(package));
        using var part = zip.GetEntry(name)!.Open();
        using var content = new MemoryStream();
        part.CopyTo(content);
        return content.ToArray();
    }

    public static byte[] Of(string body) => new DocxBuilder().Build(body);

    public DocxBuilder Part(string name, string content) => Part(name, Encoding.UTF8.GetBytes(content));

    public DocxBuilder Part(string name, byte[] content)
    {
        _parts.Add((name, content));
        return this;
    }

    /// <summary>Adds a part of the word folder that the main part refers to, e.g. <c>styles</c>; <paramref name="inner"/> is what its root element holds.</summary>
    public DocxBuilder Story(string name, string root, string inner)
    {
        Part($"word/{name}.xml", $"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:{root} {Namespaces}>{inner}</w:{root}>");
        _overrides.Append($"<Override PartName=\"/word/{name}.xml\" ContentType=\"{ContentTypes}{name}+xml\"/>");
        return Refer($"rId{name}", name, $"{name}.xml", external: false);
    }

    public DocxBuilder Link(string id, string target) => Refer(id, "hyperlink", target, external: true);

    public DocxBuilder Refer(string id, string type, string target, bool external)
    {
        _references.Append($"<Relationship Id=\"{id}\" Type=\"{RelationshipTypes}{type}\" Target=\"{target}\"{(external ? " TargetMode=\"External\"" : "")}/>");
        return this;
    }

    public byte[] Build(string body)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "[Content_Types].xml", Utf8("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>"
                + $"<Override PartName=\"/word/document.xml\" ContentType=\"{ContentTypes}document.main+xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/><Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>{_overrides}</Types>"));
            Write(zip, "_rels/.rels", Utf8("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                + $"<Relationship Id=\"rId1\" Type=\"{RelationshipTypes}officeDocument\" Target=\"word/document.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/><Relationship Id=\"rId3\" Type=\"{RelationshipTypes}extended-properties\" Target=\"docProps/app.xml\"/></Relationships>"));
            Write(zip, "word/document.xml", Utf8($"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document {Namespaces}><w:body>{body}</w:body></w:document>"));
            Write(zip, "word/_rels/document.xml.rels", Utf8($"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{_references}</Relationships>"));
            foreach (var (name, content) in _parts)
            {
                Write(zip, name, content);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static void Write(ZipArchive zip, string name, byte[] content)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = Timestamp;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
