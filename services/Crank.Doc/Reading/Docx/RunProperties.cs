using System.Xml;

namespace Crank.Doc.Reading.Docx;

/// <summary>Reads <c>w:rPr</c> (ISO/IEC 29500-1, section 17.3.2.28).</summary>
/// <param name="On">What is switched on here.</param>
/// <param name="Off">What is switched off here, over a style.</param>
/// <param name="Style">Id of the character style.</param>
internal sealed record RunProperties(RunFormat On, RunFormat Off, string? Style)
{
    /// <summary>Text of this size or smaller, in half points, cannot be read by eye.</summary>
    private const int Invisible = 4;

    private static readonly string[] MonospacedFonts = ["courier", "consolas", "mono", "menlo", "lucida console", "andale", "source code", "cascadia"];

    public static RunProperties None { get; } = new(RunFormat.None, RunFormat.None, null);

    public static RunProperties Read(XmlReader xml)
    {
        RunFormat on = RunFormat.None, off = RunFormat.None;
        string? style = null;
        Wml.ForEach(xml, x =>
        {
            switch (x.LocalName)
            {
                case "rPrChange": Wml.Pass(x); break;
                case "rStyle": style = Wml.Val(x); break;
                case "b": Set(RunFormat.Strong, Wml.IsOn(x)); break;
                case "i": Set(RunFormat.Emphasis, Wml.IsOn(x)); break;
                case "strike" or "dstrike": Set(RunFormat.Strikethrough, Wml.IsOn(x)); break;
                case "u": Set(RunFormat.Underline, Wml.IsOn(x)); break;
                case "highlight": Set(RunFormat.Highlight, Wml.IsOn(x)); break;
                case "vanish" or "specVanish": Set(RunFormat.Hidden, Wml.IsOn(x)); break;
                case "sz" when Wml.Number(Wml.Val(x)) <= Invisible: Set(RunFormat.Hidden, true); break;
                case "vertAlign": Set(Wml.Val(x) == "subscript" ? RunFormat.Subscript : RunFormat.Superscript, Wml.Val(x) is "subscript" or "superscript"); break;
                case "rFonts" when IsMonospaced(Wml.Attribute(x, "ascii")): Set(RunFormat.Code, true); break;
            }
        });
        return new RunProperties(on, off, style);

        void Set(RunFormat format, bool value)
        {
            on = value ? on | format : on & ~format;
            off = value ? off & ~format : off | format;
        }
    }

    public RunFormat Over(RunFormat style) => (style & ~Off) | On;

    private static bool IsMonospaced(string? font) => font is not null && MonospacedFonts.Any(m => font.Contains(m, StringComparison.OrdinalIgnoreCase));
}
