using System.Xml;

namespace Crank.Doc.Reading.Docx;

/// <summary>The styles of a document (ISO/IEC 29500-1, section 17.7), reduced to what the model has words for.</summary>
internal sealed class DocxStyles
{
    private const int LongestChain = 20;

    private readonly Dictionary<string, Style> _styles = new(StringComparer.Ordinal);

    /// <summary>Language of the default text.</summary>
    public string? Language { get; private set; }

    public void Read(XmlReader xml)
    {
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element || !Wml.Is(xml))
            {
                continue;
            }

            if (xml.LocalName == "style" && Wml.Attribute(xml, "styleId") is { } id)
            {
                _styles.TryAdd(id, ReadStyle(xml));
            }
            else if (xml.LocalName == "lang" && Language is null)
            {
                Language = Wml.Val(xml);
            }
        }
    }

    /// <summary>What a paragraph of this style is.</summary>
    public ParagraphRole Role(string? id)
    {
        var at = Find(id);
        var role = new ParagraphRole(0, BlockRole.Text, null, 0);
        for (var i = 0; at is not null && i < LongestChain; i++)
        {
            var name = at.Name.ToLowerInvariant();
            if (role is { HeadingLevel: 0, Role: BlockRole.Text })
            {
                role = role with { HeadingLevel = HeadingLevel(name, at.OutlineLevel), Role = RoleOf(name) };
            }

            role = role with { ContinuesItem = role.ContinuesItem || name is "list paragraph" || name.StartsWith("list continue", StringComparison.Ordinal) };
            if (role.NumberingId is null && at.NumberingId is not null)
            {
                role = role with { NumberingId = at.NumberingId, NumberingLevel = at.NumberingLevel ?? 0 };
            }

            at = Find(at.BasedOn);
        }

        return role;
    }

    /// <summary>How text of this character style is set.</summary>
    public RunFormat Format(string? id)
    {
        var format = RunFormat.None;
        var off = RunFormat.None;
        var at = Find(id);
        for (var i = 0; at is not null && i < LongestChain; i++)
        {
            format |= at.Run.On & ~off;
            off |= at.Run.Off;
            if (IsCode(at.Name.ToLowerInvariant()))
            {
                format |= RunFormat.Code;
            }

            at = Find(at.BasedOn);
        }

        return format;
    }

    private Style? Find(string? id) => id is null ? null : _styles.GetValueOrDefault(id);

    private static Style ReadStyle(XmlReader xml)
    {
        string name = "", based = "";
        int? outline = null, level = null;
        string? numbering = null;
        var run = RunProperties.None;
        Wml.ForEach(xml, x =>
        {
            switch (x.LocalName)
            {
                case "name": name = Wml.Val(x) ?? ""; break;
                case "basedOn": based = Wml.Val(x) ?? ""; break;
                case "outlineLvl": outline = Wml.Number(Wml.Val(x)); break;
                case "numId": numbering = Wml.Val(x); break;
                case "ilvl": level = Wml.Number(Wml.Val(x)); break;
                case "rPr": run = RunProperties.Read(x); break;
            }
        });
        return new Style(name, based, outline, numbering, level, run);
    }

    private static int HeadingLevel(string name, int? outline)
    {
        if (name.StartsWith("heading ", StringComparison.Ordinal) && Wml.Number(name[8..]) is >= 1 and var level)
        {
            return Math.Min(level, 6);
        }

        return name == "title" ? 1 : outline is >= 0 and < 9 ? Math.Min(outline.Value + 1, 6) : 0;
    }

    private static BlockRole RoleOf(string name) => name switch
    {
        "quote" or "intense quote" or "block text" or "quotations" => BlockRole.Quote,
        _ => IsCode(name) ? BlockRole.Code : BlockRole.Text,
    };

    private static bool IsCode(string name) =>
        name is "html preformatted" or "preformatted text" or "source code" or "code" or "code block" or "html code" or "verbatim char" or "source text" or "macro text" or "inline code";

    private sealed record Style(string Name, string BasedOn, int? OutlineLevel, string? NumberingId, int? NumberingLevel, RunProperties Run);
}
