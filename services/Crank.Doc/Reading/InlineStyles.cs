using Crank.Doc.Model;

namespace Crank.Doc.Reading;

/// <summary>What HTML's phrasing elements mean in the model.</summary>
internal static class InlineStyles
{
    public static InlineStyle? OfElement(string name) => name switch
    {
        "em" or "i" or "cite" or "dfn" or "var" => InlineStyle.Emphasis,
        "strong" or "b" => InlineStyle.Strong,
        "del" or "s" or "strike" => InlineStyle.Strikethrough,
        "u" or "ins" => InlineStyle.Underline,
        "sub" => InlineStyle.Subscript,
        "sup" => InlineStyle.Superscript,
        "mark" => InlineStyle.Highlight,
        _ => null,
    };

    public static bool IsCode(string name) => name is "code" or "kbd" or "samp" or "tt";
}
