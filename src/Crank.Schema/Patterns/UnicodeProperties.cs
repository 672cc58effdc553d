using System.Globalization;

namespace Crank.Schema.Patterns;

/// <summary>The general categories that <c>\p{…}</c> may name, by their short and long names (ECMA-262 2024, table 68), and a few binary properties.</summary>
internal static class UnicodeProperties
{
    private static readonly Lazy<Dictionary<UnicodeCategory, CodePointSet>> Sets = new(Collect);

    private static readonly (string Names, UnicodeCategory[] Categories)[] Table =
    [
        ("L Letter", [UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter, UnicodeCategory.ModifierLetter, UnicodeCategory.OtherLetter]),
        ("LC Cased_Letter", [UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter]),
        ("Lu Uppercase_Letter", [UnicodeCategory.UppercaseLetter]),
        ("Ll Lowercase_Letter", [UnicodeCategory.LowercaseLetter]),
        ("Lt Titlecase_Letter", [UnicodeCategory.TitlecaseLetter]),
        ("Lm Modifier_Letter", [UnicodeCategory.ModifierLetter]),
        ("Lo Other_Letter", [UnicodeCategory.OtherLetter]),
        ("M Mark Combining_Mark", [UnicodeCategory.NonSpacingMark, UnicodeCategory.SpacingCombiningMark, UnicodeCategory.EnclosingMark]),
        ("Mn Nonspacing_Mark", [UnicodeCategory.NonSpacingMark]),
        ("Mc Spacing_Mark", [UnicodeCategory.SpacingCombiningMark]),
        ("Me Enclosing_Mark", [UnicodeCategory.EnclosingMark]),
        ("N Number", [UnicodeCategory.DecimalDigitNumber, UnicodeCategory.LetterNumber, UnicodeCategory.OtherNumber]),
        ("Nd Decimal_Number digit", [UnicodeCategory.DecimalDigitNumber]),
        ("Nl Letter_Number", [UnicodeCategory.LetterNumber]),
        ("No Other_Number", [UnicodeCategory.OtherNumber]),
        ("P Punctuation punct", [UnicodeCategory.ConnectorPunctuation, UnicodeCategory.DashPunctuation, UnicodeCategory.OpenPunctuation, UnicodeCategory.ClosePunctuation, UnicodeCategory.InitialQuotePunctuation, UnicodeCategory.FinalQuotePunctuation, UnicodeCategory.OtherPunctuation]),
        ("Pc Connector_Punctuation", [UnicodeCategory.ConnectorPunctuation]),
        ("Pd Dash_Punctuation", [UnicodeCategory.DashPunctuation]),
        ("Ps Open_Punctuation", [UnicodeCategory.OpenPunctuation]),
        ("Pe Close_Punctuation", [UnicodeCategory.ClosePunctuation]),
        ("Pi Initial_Punctuation", [UnicodeCategory.InitialQuotePunctuation]),
        ("Pf Final_Punctuation", [UnicodeCategory.FinalQuotePunctuation]),
        ("Po Other_Punctuation", [UnicodeCategory.OtherPunctuation]),
        ("S Symbol", [UnicodeCategory.MathSymbol, UnicodeCategory.CurrencySymbol, UnicodeCategory.ModifierSymbol, UnicodeCategory.OtherSymbol]),
        ("Sm Math_Symbol", [UnicodeCategory.MathSymbol]),
        ("Sc Currency_Symbol", [UnicodeCategory.CurrencySymbol]),
        ("Sk Modifier_Symbol", [UnicodeCategory.ModifierSymbol]),
        ("So Other_Symbol", [UnicodeCategory.OtherSymbol]),
        ("Z Separator", [UnicodeCategory.SpaceSeparator, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator]),
        ("Zs Space_Separator", [UnicodeCategory.SpaceSeparator]),
        ("Zl Line_Separator", [UnicodeCategory.LineSeparator]),
        ("Zp Paragraph_Separator", [UnicodeCategory.ParagraphSeparator]),
        ("C Other", [UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.Surrogate, UnicodeCategory.PrivateUse, UnicodeCategory.OtherNotAssigned]),
        ("Cc Control cntrl", [UnicodeCategory.Control]),
        ("Cf Format", [UnicodeCategory.Format]),
        ("Cs Surrogate", [UnicodeCategory.Surrogate]),
        ("Co Private_Use", [UnicodeCategory.PrivateUse]),
        ("Cn Unassigned", [UnicodeCategory.OtherNotAssigned]),
    ];

    /// <summary>The code points of a property; null when the name is not known.</summary>
    public static CodePointSet? Find(string name)
    {
        switch (name)
        {
            case "Any": return CodePointSet.Of((0, CodePointSet.Last));
            case "ASCII": return CodePointSet.Of((0, 0x7F));
            case "ASCII_Hex_Digit" or "AHex": return CodePointSet.Of(('0', '9'), ('A', 'F'), ('a', 'f'));
        }

        if (name.Split('=') is [("General_Category" or "gc"), var value])
        {
            name = value;
        }

        foreach (var (names, categories) in Table)
        {
            if (names.Split(' ').Contains(name, StringComparer.Ordinal))
            {
                var set = new CodePointSet();
                foreach (var category in categories)
                {
                    set.Add(Sets.Value[category]);
                }

                return set;
            }
        }

        return null;
    }

    private static Dictionary<UnicodeCategory, CodePointSet> Collect()
    {
        var sets = Enum.GetValues<UnicodeCategory>().ToDictionary(c => c, _ => new CodePointSet());
        var (start, current) = (0, CharUnicodeInfo.GetUnicodeCategory(0));
        for (var point = 1; point <= CodePointSet.Last; point++)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(point);
            if (category != current)
            {
                sets[current].Add(start, point - 1);
                (start, current) = (point, category);
            }
        }

        sets[current].Add(start, CodePointSet.Last);
        return sets;
    }
}
