using System.Collections.Immutable;

namespace Crank.Doc.Text;

/// <summary>The encodings that are looked for, each with the languages that used it.</summary>
internal static class EncodingCandidates
{
    private static readonly ImmutableArray<string> _western = ["en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "id"];
    private static readonly ImmutableArray<string> _central = ["pl", "cs", "sk", "hu", "ro", "hr", "sl", "de"];
    private static readonly ImmutableArray<string> _baltic = ["lt", "lv", "et"];
    private static readonly ImmutableArray<string> _cyrillic = ["ru", "uk", "bg", "sr"];

    /// <summary>Supersets of ASCII that need no mark.</summary>
    public static ImmutableArray<EncodingCandidate> AsciiSupersets { get; } =
    [
        new("windows-1252", 1252, 0, _western),
        new("iso-8859-15", 28605, -2, _western),
        new("ibm850", 850, -3, _western),
        new("ibm437", 437, -5, _western),
        new("macintosh", 10000, -6, _western),
        new("ibm865", 865, -6.5, ["da", "nb"]),
        new("ibm860", 860, -6.5, ["pt"]),
        new("windows-1250", 1250, -2, _central),
        new("iso-8859-2", 28592, -2.5, _central),
        new("ibm852", 852, -4, _central),
        new("x-mac-ce", 10029, -7, _central),
        new("windows-1254", 1254, -2, ["tr"]),
        new("ibm857", 857, -4, ["tr"]),
        new("iso-8859-3", 28593, -8, ["tr"]),
        new("windows-1257", 1257, -2, _baltic),
        new("iso-8859-13", 28603, -3, _baltic),
        new("iso-8859-4", 28594, -4, _baltic),
        new("ibm775", 775, -4, _baltic),
        new("windows-1258", 1258, -2.5, ["vi"]),
        new("windows-1251", 1251, -1.5, _cyrillic),
        new("koi8-u", 21866, -2, ["ru", "uk", "bg"]),
        new("koi8-r", 20866, -2.5, ["ru", "bg"]),
        new("iso-8859-5", 28595, -2.5, _cyrillic),
        new("ibm866", 866, -2.5, ["ru", "uk", "bg"]),
        new("ibm855", 855, -4, _cyrillic),
        new("x-mac-cyrillic", 10007, -4, _cyrillic),
        new("windows-1253", 1253, -1.5, ["el"]),
        new("iso-8859-7", 28597, -2, ["el"]),
        new("ibm737", 737, -3, ["el"]),
        new("ibm869", 869, -4, ["el"]),
        new("windows-1255", 1255, -1.5, ["he"]),
        new("iso-8859-8", 28598, -2.5, ["he"]),
        new("ibm862", 862, -3, ["he"]),
        new("windows-1256", 1256, -1.5, ["ar", "fa"]),
        new("iso-8859-6", 28596, -2.5, ["ar"]),
        new("ibm864", 864, -5, ["ar"]),
        new("windows-874", 874, -1.5, ["th"]),
        new("gb18030", 54936, -1, ["zh-cn", "zh-tw"]),
        new("big5", 950, -1.5, ["zh-tw"]),
        new("shift_jis", 932, -1, ["ja"]),
        new("euc-jp", 51932, -1.5, ["ja"]),
        new("euc-kr", 949, -1, ["ko"]),
        new("johab", 1361, -6, ["ko"]),
    ];

    /// <summary>EBCDIC, where even the space differs.</summary>
    public static ImmutableArray<EncodingCandidate> Ebcdic { get; } =
    [
        new("ibm037", 37, 0, _western),
        new("ibm500", 500, -1, _western),
        new("ibm273", 20273, -1, ["de"]),
        new("ibm297", 20297, -1, ["fr"]),
        new("ibm284", 20284, -1, ["es"]),
        new("ibm280", 20280, -1, ["it"]),
        new("ibm278", 20278, -1, ["sv", "fi"]),
        new("ibm277", 20277, -1, ["da", "nb"]),
        new("ibm1047", 1047, -1.5, _western),
        new("ibm870", 870, -2, _central),
        new("ibm1026", 1026, -2, ["tr"]),
        new("ibm875", 875, -2, ["el"]),
        new("ibm880", 20880, -2, _cyrillic),
        new("ibm424", 20424, -2, ["he"]),
    ];

    /// <summary>East Asian languages are scored by character, the others by pair of letters.</summary>
    public static bool IsEastAsian(string language) => language is "zh-cn" or "zh-tw" or "ja" or "ko";
}
