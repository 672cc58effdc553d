using System.Collections.Immutable;
using Crank.Doc.Model;

namespace Crank.Doc.Reading;

/// <summary>Small repairs of running text.</summary>
internal static class RunningText
{
    /// <summary>Takes white space and line breaks off the end.</summary>
    public static ImmutableArray<Inline> TrimEnd(ImmutableArray<Inline> content)
    {
        for (var end = content.Length; end > 0; end--)
        {
            var last = content[end - 1];
            if (last is Inline.Text text && text.Value.Length > 0 && text.Value.TrimEnd(' ', '\t', '\n', '\r') is { Length: > 0 } trimmed)
            {
                return trimmed.Length == text.Value.Length ? content[..end] : [.. content.AsSpan(0, end - 1), new Inline.Text(trimmed)];
            }

            if (last is not (Inline.LineBreak or Inline.Text { Value.Length: > 0 }))
            {
                return content[..end];
            }
        }

        return [];
    }
}
