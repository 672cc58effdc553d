using System.Text;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Html;

/// <summary>
/// Takes out the tags that nest deeper than a document needs, before a tree is built from them: the tree builder's time
/// grows with the square of the depth. Text is never touched. Drawings, which are not read, are emptied, and formulas are left
/// to their text: inside both, other rules for tags hold. Formatting that stays open is opened again in every
/// paragraph that follows, which the tree builder does not tell: it is counted here.
/// </summary>
internal static class NestingGuard
{
    private const int DeepestTree = 200;
    private const int LongestName = 32;
    private const int MostOpenFormatting = 16;
    private const int ElementWeight = 4;

    /// <summary>These end by themselves or hold nothing, so an open tag of theirs does not nest.</summary>
    private static readonly HashSet<string> NotNesting = new(StringComparer.OrdinalIgnoreCase)
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "p", "li", "dt", "dd", "tr", "td", "th",
        "thead", "tbody", "tfoot", "colgroup", "option", "optgroup", "rb", "rt", "rp", "html", "head", "body",
    };

    /// <summary>The formatting elements of the WHATWG standard, section 13.2.4.3.</summary>
    private static readonly HashSet<string> Formatting = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
    };

    public static string Flatten(string html, ReaderBudget budget, ReadingLog log)
    {
        StringBuilder? kept = null;
        var open = new List<string>(DeepestTree);
        var formatting = new List<string>(MostOpenFormatting);
        var dropped = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var copied = 0;
        var drawingsEnd = true;
        var at = html.IndexOf('<', StringComparison.Ordinal);
        while (at >= 0)
        {
            budget.Tick();
            var end = TagScanner.EndOfMarkup(html, at);
            if (TagName(html, at, out var closing) is { Length: > 0 } name)
            {
                if (!closing && HtmlElements.IsBlock(name.ToLowerInvariant()))
                {
                    budget.Nodes(formatting.Count * ElementWeight);
                }

                if (drawingsEnd && !closing && name.Equals("svg", StringComparison.OrdinalIgnoreCase) && TagScanner.EndTag(html, "svg", end) is var close && (drawingsEnd = close < html.Length))
                {
                    kept ??= new StringBuilder(html.Length);
                    kept.Append(html, copied, end - copied);
                    copied = end = close;
                }
                else if (Drops(name, closing, open, formatting, dropped))
                {
                    kept ??= new StringBuilder(html.Length);
                    kept.Append(html, copied, at - copied).Append(' ');
                    copied = end;
                    if (!IsForeign(name))
                    {
                        log.Lose(LossKind.NestingFlattened);
                    }
                }
                else if (!closing && !IsIgnoredInChoice(name, open) && TagScanner.EndOfRawText(html, name, end) is { } textEnd)
                {
                    end = textEnd;
                }
            }

            at = end >= html.Length ? -1 : html.IndexOf('<', end);
        }

        return kept is null ? html : kept.Append(html, copied, html.Length - copied).ToString();
    }

    private static bool Drops(string name, bool closing, List<string> open, List<string> formatting, Dictionary<string, int> dropped) =>
        IsForeign(name) ? !closing || name.Equals("math", StringComparison.OrdinalIgnoreCase)
        : Formatting.Contains(name) ? DropsFormatting(name, closing, formatting, dropped)
        : DropsNesting(name, closing, open, dropped);

    private static bool IsForeign(string name) => name.Equals("svg", StringComparison.OrdinalIgnoreCase) || name.Equals("math", StringComparison.OrdinalIgnoreCase);

    /// <summary>Inside a choice the tree builder passes over most tags, and what follows them is no raw text.</summary>
    private static bool IsIgnoredInChoice(string name, List<string> open) =>
        open.Exists(o => o.Equals("select", StringComparison.OrdinalIgnoreCase)) && !name.Equals("script", StringComparison.OrdinalIgnoreCase);

    private static bool DropsNesting(string name, bool closing, List<string> open, Dictionary<string, int> dropped)
    {
        if (NotNesting.Contains(name))
        {
            return false;
        }

        if (!closing)
        {
            if (open.Count < DeepestTree)
            {
                open.Add(name);
                return false;
            }

            dropped[name] = dropped.GetValueOrDefault(name) + 1;
            return true;
        }

        if (dropped.GetValueOrDefault(name) > 0)
        {
            dropped[name]--;
            return true;
        }

        var found = open.FindLastIndex(o => o.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (found >= 0)
        {
            open.RemoveRange(found, open.Count - found);
        }

        return false;
    }

    private static bool DropsFormatting(string name, bool closing, List<string> formatting, Dictionary<string, int> dropped)
    {
        if (closing)
        {
            if (dropped.GetValueOrDefault(name) > 0)
            {
                dropped[name]--;
                return true;
            }

            formatting.Remove(name.ToLowerInvariant());
            return false;
        }

        var key = name.ToLowerInvariant();
        if (key == "a")
        {
            // A link inside a link ends the outer one.
            formatting.Remove(key);
        }

        if (formatting.Count < MostOpenFormatting)
        {
            formatting.Add(key);
            return false;
        }

        dropped[name] = dropped.GetValueOrDefault(name) + 1;
        return true;
    }

    private static string? TagName(string html, int at, out bool closing)
    {
        closing = at + 1 < html.Length && html[at + 1] == '/';
        var start = at + (closing ? 2 : 1);
        var end = start;
        while (end < html.Length && end - start < LongestName && (char.IsAsciiLetterOrDigit(html[end]) || html[end] is '-' or '_' or ':'))
        {
            end++;
        }

        return end > start && char.IsAsciiLetter(html[start]) ? html[start..end] : null;
    }
}
