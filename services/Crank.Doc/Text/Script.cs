namespace Crank.Doc.Text;

/// <summary>The scripts that text statistics tell apart.</summary>
internal enum Script
{
    Other,
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Thai,
    Hangul,
    Kana,
    Han,
}
