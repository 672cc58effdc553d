namespace Crank.Rego.Patterns;

/// <summary>The classes that RE2 knows by a letter or a POSIX name. All are ASCII.</summary>
internal static class PatternClasses
{
    /// <summary><c>\d</c>, <c>\s</c>, <c>\w</c>; null for any other letter. The capital ones are their complements.</summary>
    public static RuneRanges? Perl(char letter) => letter switch
    {
        'd' => RuneRanges.Of(('0', '9')),
        's' => RuneRanges.Of(('\t', '\n'), ('\f', '\r'), (' ', ' ')),
        'w' => RuneRanges.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')),
        _ => null,
    };

    /// <summary>The class of <c>[:name:]</c>; null when there is none.</summary>
    public static RuneRanges? Posix(ReadOnlySpan<char> name) => name switch
    {
        "alnum" => RuneRanges.Of(('0', '9'), ('A', 'Z'), ('a', 'z')),
        "alpha" => RuneRanges.Of(('A', 'Z'), ('a', 'z')),
        "ascii" => RuneRanges.Of((0, 0x7F)),
        "blank" => RuneRanges.Of(('\t', '\t'), (' ', ' ')),
        "cntrl" => RuneRanges.Of((0, 0x1F), (0x7F, 0x7F)),
        "digit" => RuneRanges.Of(('0', '9')),
        "graph" => RuneRanges.Of(('!', '~')),
        "lower" => RuneRanges.Of(('a', 'z')),
        "print" => RuneRanges.Of((' ', '~')),
        "punct" => RuneRanges.Of(('!', '/'), (':', '@'), ('[', '`'), ('{', '~')),
        "space" => RuneRanges.Of(('\t', '\r'), (' ', ' ')),
        "upper" => RuneRanges.Of(('A', 'Z')),
        "word" => RuneRanges.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')),
        "xdigit" => RuneRanges.Of(('0', '9'), ('A', 'F'), ('a', 'f')),
        _ => null,
    };
}
