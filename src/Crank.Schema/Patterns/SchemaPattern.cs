using System.Buffers;
using System.Text.RegularExpressions;

namespace Crank.Schema.Patterns;

/// <summary>A compiled regular expression: in time linear to the text wherever it can be, else under a time-out.</summary>
internal sealed class SchemaPattern
{
    /// <summary>Longer than this, e.g. with a whole Unicode category, the linear engine takes seconds to build.</summary>
    private const int MaxLinearLength = 8_192;

    private static readonly SearchValues<char> s_varying = SearchValues.Create("*+?|(,\\");

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
            // What takes time linear to the text needs no time-out, which a busy machine would turn into a wrong answer.
            return IsOfFixedLength(source)
                ? new(source, new Regex(translated, RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout))
                : translated.Length <= MaxLinearLength
                    ? new(source, new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout))
                    : Backtracking(source, translated, options);
        }
        catch (NotSupportedException)
        {
            return Backtracking(source, translated, options);
        }
        catch (ArgumentException refused)
        {
            throw new FormatException($"'{source}' is not usable: {refused.Message}", refused);
        }
    }

    private static SchemaPattern Backtracking(string source, string translated, SchemaOptions options) =>
        new(source, new Regex(translated, RegexOptions.CultureInvariant, options.PatternTimeout));

    /// <summary>Tied to the start, and without a choice, a group or a count that varies, there is nothing to go back to: the engine that starts fastest is linear too.</summary>
    private static bool IsOfFixedLength(string source) => source.StartsWith('^') && source.AsSpan().IndexOfAny(s_varying) < 0;

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
