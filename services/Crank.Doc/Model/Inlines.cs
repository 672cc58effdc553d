using System.Collections.Immutable;
using System.Text;

namespace Crank.Doc.Model;

/// <summary>Questions about running text.</summary>
public static class Inlines
{
    /// <summary>The text alone: styles and links reduced to their content, pictures to their alternative text, line ends to a space.</summary>
    public static string PlainText(ImmutableArray<Inline> content)
    {
        var text = new StringBuilder();
        Append(text, content);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ImmutableArray<Inline> content)
    {
        foreach (var inline in content)
        {
            switch (inline)
            {
                case Inline.Text t: text.Append(t.Value); break;
                case Inline.Code c: text.Append(c.Value); break;
                case Inline.Styled s: Append(text, s.Content); break;
                case Inline.Link l: Append(text, l.Content); break;
                case Inline.Image i: text.Append(i.Alt); break;
                case Inline.LineBreak: text.Append(' '); break;
                case Inline.FootnoteReference or Inline.RawHtml: break;
            }
        }
    }
}
