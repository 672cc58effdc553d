using System.Text;

namespace Crank.Doc.Reading.Markdown;

/// <summary>The link definitions of one text, and what their uses may copy in all.</summary>
internal sealed class LinkReferences(int textLength)
{
    private const int LabelLength = 999;
    private const int FreeExpansion = 100_000;

    private readonly Dictionary<string, LinkDefinition> _definitions = new(StringComparer.Ordinal);
    private long _expansionLeft = Math.Max(FreeExpansion, textLength);

    public bool IsEmpty => _definitions.Count == 0;

    /// <summary>The first definition of a label wins.</summary>
    public void Add(string label, LinkDefinition definition)
    {
        if (Normalize(label) is { Length: > 0 } key)
        {
            _definitions.TryAdd(key, definition);
        }
    }

    /// <summary>Finds a definition; null once the uses have copied more than the text is long.</summary>
    public LinkDefinition? Find(string label)
    {
        if (IsEmpty || label.Length > LabelLength + 1 || !_definitions.TryGetValue(Normalize(label), out var definition))
        {
            return null;
        }

        _expansionLeft -= definition.Target.Length + (definition.Title?.Length ?? 0);
        return _expansionLeft < 0 ? null : definition;
    }

    /// <summary>Unicode case fold, white space collapsed (CommonMark 0.31, section 4.7).</summary>
    public static string Normalize(string label)
    {
        var key = new StringBuilder(label.Length);
        var space = false;
        foreach (var c in label.AsSpan().Trim())
        {
            if (c is ' ' or '\t' or '\n' or '\r')
            {
                space = true;
                continue;
            }

            if (space)
            {
                key.Append(' ');
                space = false;
            }

            if (c is '\u1E9E' or '\u00DF')
            {
                key.Append("SS");
            }
            else
            {
                key.Append(c);
            }
        }

        return key.ToString().ToLowerInvariant().ToUpperInvariant();
    }
}
