using System.Xml;

namespace Crank.Doc.Reading.Docx;

/// <summary>The lists of a document (ISO/IEC 29500-1, section 17.9), and how far each has counted.</summary>
internal sealed class DocxNumbering
{
    private const int Levels = 9;

    private readonly Dictionary<string, Level[]> _abstract = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Abstract, Level?[] Overrides)> _lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int?[]> _counters = new(StringComparer.Ordinal);

    public void Read(XmlReader xml)
    {
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element || !Wml.Is(xml))
            {
                continue;
            }

            if (xml.LocalName == "abstractNum" && Wml.Attribute(xml, "abstractNumId") is { } id)
            {
                var levels = Enumerable.Repeat(new Level(true, 1), Levels).ToArray();
                ReadLevels(xml, (at, level) => levels[at] = level, _ => { });
                _abstract.TryAdd(id, levels);
            }
            else if (xml.LocalName == "num" && Wml.Attribute(xml, "numId") is { } list)
            {
                var overrides = new Level?[Levels];
                var starts = new int?[Levels];
                var based = "";
                ReadLevels(xml, (at, level) => overrides[at] = level, x =>
                {
                    if (x.LocalName == "abstractNumId")
                    {
                        based = Wml.Val(x) ?? "";
                    }
                }, (at, start) => starts[at] = start);
                for (var i = 0; i < Levels; i++)
                {
                    if (starts[i] is { } start)
                    {
                        overrides[i] = (overrides[i] ?? _abstract.GetValueOrDefault(based)?[i] ?? new Level(true, 1)) with { Start = start, Restarts = true };
                    }
                }

                _lists.TryAdd(list, (based, overrides));
            }
        }
    }

    /// <summary>Counts one item; null when the paragraph is in no list.</summary>
    public (bool Ordered, int Number, string List)? Next(string list, int level)
    {
        if (list == "0" || !_lists.TryGetValue(list, out var found) || !_abstract.TryGetValue(found.Abstract, out var levels))
        {
            return null;
        }

        level = Math.Clamp(level, 0, Levels - 1);
        var definition = found.Overrides[level] ?? levels[level];
        var key = definition.Restarts ? "num:" + list : found.Abstract;
        var counters = _counters.TryGetValue(key, out var counted) ? counted : _counters[key] = new int?[Levels];
        var number = counters[level] is { } last && last < 999_999_999 ? last + 1 : definition.Start;
        counters[level] = number;
        Array.Clear(counters, level + 1, Levels - level - 1);
        return (definition.Ordered, Math.Max(0, number), found.Abstract);
    }

    private static void ReadLevels(XmlReader xml, Action<int, Level> found, Action<XmlReader> other, Action<int, int>? restart = null)
    {
        var at = 0;
        var level = new Level(true, 1);
        Wml.ForEach(xml, x =>
        {
            switch (x.LocalName)
            {
                case "lvl" or "lvlOverride":
                    at = Math.Clamp(Wml.Number(Wml.Attribute(x, "ilvl")) ?? 0, 0, Levels - 1);
                    level = new Level(true, 1);
                    break;
                case "start":
                    level = level with { Start = Math.Max(0, Wml.Number(Wml.Val(x)) ?? 1) };
                    found(at, level);
                    break;
                case "numFmt":
                    level = level with { Ordered = Wml.Val(x) is not ("bullet" or "none") };
                    found(at, level);
                    break;
                case "startOverride": restart?.Invoke(at, Math.Max(0, Wml.Number(Wml.Val(x)) ?? 1)); break;
                default: other(x); break;
            }
        });
    }

    private sealed record Level(bool Ordered, int Start, bool Restarts = false);
}
