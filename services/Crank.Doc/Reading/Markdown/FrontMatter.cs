using System.Collections.Immutable;
using System.Globalization;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Markdown;

/// <summary>Reads the scalars of a front matter between <c>---</c> lines; lists are read where they are one line or dashes.</summary>
internal static class FrontMatter
{
    private const int MostLines = 1000;

    /// <summary>Takes the front matter off the text; null when there is none.</summary>
    public static DocumentMetadata? Take(ref ReadOnlySpan<char> text)
    {
        var rest = text;
        if (!NextLine(ref rest, out var first) || !first.StartsWith("---", StringComparison.Ordinal) || !first[3..].Trim(" \t").IsEmpty)
        {
            return null;
        }

        var entries = new List<(string Name, string Value)>();
        for (var i = 0; i < MostLines && NextLine(ref rest, out var line); i++)
        {
            if (IsEnd(line))
            {
                text = rest;
                return Metadata(entries);
            }

            Read(line, entries);
        }

        return null;
    }

    private static bool IsEnd(ReadOnlySpan<char> line)
    {
        var end = line.TrimEnd(" \t");
        return end.SequenceEqual("---") || end.SequenceEqual("...");
    }

    private static void Read(ReadOnlySpan<char> line, List<(string Name, string Value)> entries)
    {
        var trimmed = line.Trim();
        if (trimmed.StartsWith("- ", StringComparison.Ordinal) && entries.Count > 0)
        {
            entries.Add((entries[^1].Name, Scalar(trimmed[2..])));
            return;
        }

        var colon = line.IndexOf(':');
        if (colon < 1 || line[0] is ' ' or '\t' or '#')
        {
            return;
        }

        var name = line[..colon].Trim().ToString().ToLowerInvariant();
        var value = line[(colon + 1)..].Trim();
        if (value.StartsWith('[') && value.EndsWith(']'))
        {
            foreach (var part in value[1..^1].ToString().Split(','))
            {
                entries.Add((name, Scalar(part)));
            }
        }
        else
        {
            entries.Add((name, Scalar(value)));
        }
    }

    private static string Scalar(ReadOnlySpan<char> value)
    {
        value = value.Trim();
        return (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value).ToString();
    }

    private static DocumentMetadata Metadata(List<(string Name, string Value)> entries)
    {
        string? One(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                var found = entries.Find(e => e.Name == name && e.Value.Length > 0);
                if (found.Value is not null)
                {
                    return found.Value;
                }
            }

            return null;
        }

        ImmutableArray<string> Many(params string[] names) => [.. entries.Where(e => names.Contains(e.Name) && e.Value.Length > 0).Select(e => e.Value)];
        string[] named = ["title", "author", "authors", "lang", "language", "date", "description", "subject", "keywords", "tags"];
        return new DocumentMetadata
        {
            Title = One("title"),
            Authors = Many("author", "authors"),
            Language = One("lang", "language"),
            Subject = One("subject", "description"),
            Keywords = Many("keywords", "tags"),
            Created = DateTimeOffset.TryParse(One("date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null,
            Other = entries.Where(e => !named.Contains(e.Name) && e.Value.Length > 0)
                .GroupBy(e => e.Name, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(g => g.Key, g => string.Join(", ", g.Select(e => e.Value)), StringComparer.Ordinal),
        };
    }

    private static bool NextLine(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> line)
    {
        if (text.IsEmpty)
        {
            line = default;
            return false;
        }

        var end = text.IndexOf('\n');
        line = (end < 0 ? text : text[..end]).TrimEnd('\r');
        text = end < 0 ? [] : text[(end + 1)..];
        return true;
    }
}
