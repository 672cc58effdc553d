using System.Text;

namespace Crank.Gateway.Tests.Contract;

/// <summary>Text that fits a simple regular expression: literals, classes, groups, choices, counts. Enough for what contracts write.</summary>
internal static class PatternText
{
    public static string Make(string pattern, Random random)
    {
        var at = 0;
        var text = Choices(pattern, ref at, random);
        return at == pattern.Length ? text : throw new FormatException($"The pattern '{pattern}' is beyond this generator, at {at}.");
    }

    private static string Choices(string pattern, ref int at, Random random)
    {
        var ways = new List<string> { Sequence(pattern, ref at, random) };
        while (at < pattern.Length && pattern[at] == '|')
        {
            at++;
            ways.Add(Sequence(pattern, ref at, random));
        }

        return ways[random.Next(ways.Count)];
    }

    private static string Sequence(string pattern, ref int at, Random random)
    {
        var text = new StringBuilder();
        while (at < pattern.Length && pattern[at] is not ('|' or ')'))
        {
            if (pattern[at] is '^' or '$')
            {
                at++;
                continue;
            }

            var start = at;
            Atom(pattern, ref at, random);
            var end = at;
            var (least, most) = Counts(pattern, ref at);
            for (var times = random.Next(least, Math.Min(most, least + 8) + 1); times > 0; times--)
            {
                var again = start;
                text.Append(Atom(pattern[..end], ref again, random));
            }
        }

        return text.ToString();
    }

    private static string Atom(string pattern, ref int at, Random random)
    {
        switch (pattern[at])
        {
            case '(':
                at++;
                if (pattern.AsSpan(at).StartsWith("?:"))
                {
                    at += 2;
                }

                var inner = Choices(pattern, ref at, random);
                at++;
                return inner;
            case '[':
                var (members, end) = Class(pattern, at);
                at = end;
                return members[random.Next(members.Count)].ToString();
            case '\\':
                at += 2;
                return pattern[at - 1] switch { 'd' => ((char)('0' + random.Next(10))).ToString(), 'w' => "w", 's' => " ", 'S' => "x", var c => c.ToString() };
            case '.':
                at++;
                return "x";
            default:
                return pattern[at++].ToString();
        }
    }

    private static (List<char> Members, int End) Class(string pattern, int at)
    {
        var members = new List<char>();
        var not = pattern[++at] == '^';
        at += not ? 1 : 0;
        for (; pattern[at] != ']'; at++)
        {
            var first = pattern[at] == '\\' ? pattern[++at] : pattern[at];
            if (pattern[at + 1] == '-' && pattern[at + 2] != ']')
            {
                at += 2;
                for (var c = first; c <= pattern[at]; c++)
                {
                    members.Add(c);
                }
            }
            else
            {
                members.Add(first);
            }
        }

        return (not ? [.. Enumerable.Range('!', 94).Select(c => (char)c).Except(members)] : members, at + 1);
    }

    private static (int Least, int Most) Counts(string pattern, ref int at)
    {
        switch (at < pattern.Length ? pattern[at] : ' ')
        {
            case '?': at++; return (0, 1);
            case '*': at++; return (0, int.MaxValue - 8);
            case '+': at++; return (1, int.MaxValue - 8);
            case '{':
                var close = pattern.IndexOf('}', at);
                var numbers = pattern[(at + 1)..close].Split(',');
                at = close + 1;
                var least = int.Parse(numbers[0]);
                return (least, numbers is [_] ? least : numbers[1].Length == 0 ? int.MaxValue - 8 : int.Parse(numbers[1]));
            default: return (1, 1);
        }
    }
}
