using System.Collections.Immutable;
using Crank.Doc.Model;

namespace Crank.Doc.Reading;

/// <summary>Small repairs of running text.</summary>
internal static class RunningText
{
    /// <summary>Takes white space and line breaks off the end.</summary>
    public static ImmutableArray<Inline> TrimEnd(ImmutableArray<Inline> content)
    {
        while (!content.IsEmpty)
        {
            if (content[^1] is Inline.LineBreak)
            {
                content = content.RemoveAt(content.Length - 1);
            }
            else if (content[^1] is Inline.Text text && text.Value.Length > 0 && char.IsWhiteSpace(text.Value[^1]) && text.Value[^1] != '\u00A0')
            {
                var trimmed = text.Value.TrimEnd(' ', '\t', '\n', '\r');
                content = trimmed.Length == 0 ? content.RemoveAt(content.Length - 1) : content.SetItem(content.Length - 1, new Inline.Text(trimmed));
                if (trimmed.Length == text.Value.Length)
                {
                    return content;
                }
            }
            else
            {
                return content;
            }
        }

        return content;
    }
}
