using System.Text.RegularExpressions;

namespace Crank.Schema.Patterns;

/// <summary>A compiled regular expression: in time linear to the text wherever it can be, else under a time-out.</summary>
internal sealed class SchemaPattern
{
    /// <summary>Longer than this, e.g. with a whole Unicode category, the linear engine takes seconds to build.</summary>
    private const int MaxLinearLength = 8_192;

    private readonly Regex _regex;

    private SchemaPattern(string source, Regex regex)
    {
        Source = source;
        _regex = regex;
    }

    public string Source { get; }

    /// <exception cref="FormatException">The expression is malformed or beyond the bounds.</exception>
    public static SchemaPattern Compile(string source, SchemaOptions options)
    {
        if (source.Length > options.MaxPatternLength)
        {
            throw new FormatException($"a regular expression has {source.Length} characters, at most {options.MaxPatternLength} are allowed");
        }

        var translated = EcmaPattern.Translate(source);
        try
        {
            var linear = translated.Length <= MaxLinearLength ? RegexOptions.NonBacktracking : RegexOptions.None;
            return new(source, new Regex(translated, linear | RegexOptions.CultureInvariant, options.PatternTimeout));
        }
        catch (NotSupportedException)
        {
            return new(source, new Regex(translated, RegexOptions.CultureInvariant, options.PatternTimeout));
        }
        catch (ArgumentException refused)
        {
            throw new FormatException($"'{source}' is not usable: {refused.Message}", refused);
        }
    }

    /// <exception cref="SchemaLimitException">The match took longer than allowed.</exception>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new SchemaLimitException($"matching the pattern '{Source}' took longer than {_regex.MatchTimeout.TotalMilliseconds:0} ms");
        }
    }
}
