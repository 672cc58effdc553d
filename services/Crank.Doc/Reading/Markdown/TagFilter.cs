namespace Crank.Doc.Reading.Markdown;

/// <summary>Disarms the tags that change how the rest of a page is read (GFM 0.29, section 6.11).</summary>
internal static class TagFilter
{
    private static readonly string[] Tags = ["title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "script", "plaintext"];

    public static string Disarm(string html)
    {
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0; at = html.IndexOf('<', at + 1))
        {
            var name = html.AsSpan(at + 1);
            name = name.StartsWith('/') ? name[1..] : name;
            foreach (var tag in Tags)
            {
                if (name.StartsWith(tag, StringComparison.OrdinalIgnoreCase) && (name.Length == tag.Length || MarkdownText.IsSpace(name[tag.Length]) || name[tag.Length] is '>' or '/'))
                {
                    html = string.Concat(html.AsSpan(0, at), "&lt;", html.AsSpan(at + 1));
                    break;
                }
            }
        }

        return html;
    }
}
