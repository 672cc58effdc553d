namespace Crank.Rego.Patterns;

/// <summary>
/// Runs a pattern that is anchored at the start of the text and whose next character always says how to go on: one look at each character,
/// groups included. Most patterns that take identifiers apart are of this kind. Texts must be ASCII.
/// </summary>
internal sealed class OnePass
{
    private const int MaxNodes = 1_000;
    private readonly Node _start;
    private readonly string _prefix;
    private readonly int _places;

    private OnePass(Node start, int places)
    {
        (_prefix, _start) = start.Literal(MaxNodes);
        _places = places;
    }

    /// <summary>The pattern in this form, or null when it is not of the kind.</summary>
    public static OnePass? Of(PatternNode root, int groups)
    {
        if (root is not PatternNode.Sequence { Parts: { Count: > 0 } parts } || parts[0] is not PatternNode.Place { Anchor: @"\A" })
        {
            return null;
        }

        var builder = new Builder();
        var program = builder.Write(new PatternNode.Sequence([.. parts.Skip(1)]), new Instruction.Accept());
        if (program is null)
        {
            return null;
        }

        var nodes = new Dictionary<Instruction, Node>();
        var pending = new Queue<Instruction>();
        Node Of(Instruction at)
        {
            if (!nodes.TryGetValue(at, out var node))
            {
                node = new Node();
                nodes.Add(at, node);
                pending.Enqueue(at);
            }

            return node;
        }

        var start = Of(program);
        while (pending.TryDequeue(out var at))
        {
            if (nodes.Count > MaxNodes || !Closure(at, nodes[at], Of))
            {
                return null;
            }
        }

        return new(start, groups * 2);
    }

    /// <summary>Start and end of the match and its groups, -1 where a group took no part; null when there is no match.</summary>
    public int[]? Match(string text)
    {
        Span<int> places = stackalloc int[_places <= 64 ? _places : 0];
        if (places.Length != _places)
        {
            places = new int[_places];
        }

        places.Fill(-1);
        places[0] = 0;
        int[]? best = null;
        if (!text.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var node = _start;
        for (var at = _prefix.Length; ; at++)
        {
            if (node.Accepts && (!node.AtEndOnly || at == text.Length))
            {
                best ??= new int[_places];
                places.CopyTo(best);
                foreach (var place in node.AcceptMarks)
                {
                    best[place] = at;
                }

                best[1] = at;
            }

            if (at == text.Length || node.Next(text[at]) is not { } edge)
            {
                return best;
            }

            foreach (var place in edge.Marks)
            {
                places[place] = at;
            }

            node = edge.To;
        }
    }

    /// <summary>Whether there is a match, without keeping where.</summary>
    public bool IsMatch(string text)
    {
        if (!text.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var node = _start;
        foreach (var c in text.AsSpan(_prefix.Length))
        {
            if (node.Accepts && !node.AtEndOnly)
            {
                return true;
            }

            if (node.Next(c) is not { } edge)
            {
                return false;
            }

            node = edge.To;
        }

        return node.Accepts;
    }

    // Everything that can be reached without reading: at most one way for each character, and at most one way to accept.
    private static bool Closure(Instruction from, Node node, Func<Instruction, Node> of)
    {
        var seen = new HashSet<Instruction>();
        return Visit(from, [], false);

        bool Visit(Instruction at, int[] marks, bool atEnd)
        {
            if (!seen.Add(at))
            {
                return false;
            }

            switch (at)
            {
                case Instruction.Read read:
                    if (node.Accepts && !node.AtEndOnly)
                    {
                        // Behind an unconditional end of higher rank nothing is tried any more.
                        return true;
                    }

                    return atEnd || node.Add(read.Set, marks, of(read.Next));
                case Instruction.Split split:
                    return Visit(split.First, marks, atEnd) && Visit(split.Second, marks, atEnd);
                case Instruction.Mark mark:
                    return Visit(mark.Next, [.. marks, mark.Place], atEnd);
                case Instruction.End end:
                    return Visit(end.Next, marks, true);
                default:
                    if (node.Accepts)
                    {
                        return false;
                    }

                    (node.Accepts, node.AtEndOnly, node.AcceptMarks) = (true, atEnd, marks);
                    return true;
            }
        }
    }

    private abstract class Instruction
    {
        public sealed class Read(RuneRanges set, Instruction next) : Instruction
        {
            public RuneRanges Set { get; } = set;

            public Instruction Next { get; } = next;
        }

        public sealed class Split : Instruction
        {
            public Instruction First { get; set; } = null!;

            public Instruction Second { get; set; } = null!;
        }

        public sealed class Mark(int place, Instruction next) : Instruction
        {
            public int Place { get; } = place;

            public Instruction Next { get; } = next;
        }

        public sealed class End(Instruction next) : Instruction
        {
            public Instruction Next { get; } = next;
        }

        public sealed class Accept : Instruction;
    }

    /// <summary>Writes a pattern as instructions from its end to its start; null where something is not supported or too large.</summary>
    private sealed class Builder
    {
        private int _groups;
        private int _size;

        public Instruction? Write(PatternNode node, Instruction next)
        {
            if (++_size > MaxNodes)
            {
                return null;
            }

            switch (node)
            {
                case PatternNode.OneOf one:
                    return new Instruction.Read(one.Set, next);
                case PatternNode.Sequence sequence:
                    // Groups are numbered from the left, and the instructions are written from the right.
                    var before = _groups;
                    var starts = sequence.Parts.Select(p => before + CountGroups(sequence.Parts.TakeWhile(q => !ReferenceEquals(p, q)))).ToArray();
                    Instruction? at = next;
                    for (var i = sequence.Parts.Count - 1; i >= 0 && at is not null; i--)
                    {
                        _groups = starts[i];
                        at = Write(sequence.Parts[i], at);
                    }

                    _groups = before + CountGroups(sequence.Parts);
                    return at;
                case PatternNode.Alternatives { Choices: { Count: > 0 } choices }:
                    return Choose(choices, 0, next);
                case PatternNode.Capture capture:
                    var group = ++_groups;
                    return Write(capture.What, new Instruction.Mark((2 * group) + 1, next)) is { } inside ? new Instruction.Mark(2 * group, inside) : null;
                case PatternNode.Repeat repeat when CountGroups([repeat.What]) == 0 && repeat.Min <= 100 && repeat.Max <= 100:
                    return Repeat(repeat, next);
                case PatternNode.Place { Anchor: @"\z" }:
                    return new Instruction.End(next);
                default:
                    return null;
            }
        }

        private Instruction? Choose(IReadOnlyList<PatternNode> choices, int from, Instruction next)
        {
            var first = Write(choices[from], next);
            if (first is null || from == choices.Count - 1)
            {
                return first;
            }

            return Choose(choices, from + 1, next) is { } second ? new Instruction.Split { First = first, Second = second } : null;
        }

        private static int CountGroups(IEnumerable<PatternNode> nodes) => nodes.Sum(n => n switch
        {
            PatternNode.Sequence s => CountGroups(s.Parts),
            PatternNode.Alternatives a => CountGroups(a.Choices),
            PatternNode.Repeat r => CountGroups([r.What]),
            PatternNode.Capture c => 1 + CountGroups([c.What]),
            _ => 0,
        });

        private Instruction? Repeat(PatternNode.Repeat repeat, Instruction next)
        {
            Instruction? at = next;
            if (repeat.Max < 0)
            {
                var again = new Instruction.Split();
                if (Write(repeat.What, again) is not { } body)
                {
                    return null;
                }

                (again.First, again.Second) = repeat.Lazy ? (next, body) : (body, next);
                at = again;
            }

            for (var i = repeat.Min; i < repeat.Max && at is not null; i++)
            {
                if (Write(repeat.What, at) is not { } body)
                {
                    return null;
                }

                at = repeat.Lazy ? new Instruction.Split { First = next, Second = body } : new Instruction.Split { First = body, Second = next };
            }

            for (var i = 0; i < repeat.Min && at is not null; i++)
            {
                at = Write(repeat.What, at);
            }

            return at;
        }
    }

    private sealed record Edge(int[] Marks, Node To);

    private sealed class Node
    {
        private readonly Edge?[] _edges = new Edge?[128];

        public bool Accepts { get; set; }

        public bool AtEndOnly { get; set; }

        public int[] AcceptMarks { get; set; } = [];

        public Edge? Next(char c) => _edges[c];

        /// <summary>The text that every match goes on with from here, and where it leads: compared at once instead of character by character.</summary>
        public (string Text, Node To) Literal(int most)
        {
            var text = new System.Text.StringBuilder();
            var node = this;
            while (!node.Accepts && text.Length < most && Array.FindIndex(node._edges, e => e is not null) is >= 0 and var only
                && Array.FindLastIndex(node._edges, e => e is not null) == only && node._edges[only] is { Marks.Length: 0 } edge)
            {
                text.Append((char)only);
                node = edge.To;
            }

            return (text.ToString(), node);
        }

        /// <summary>False when a character of the set has another way already.</summary>
        public bool Add(RuneRanges set, int[] marks, Node to)
        {
            var edge = new Edge(marks, to);
            foreach (var (first, last) in set.Ranges)
            {
                for (var c = first; c <= Math.Min(last, 127); c++)
                {
                    if (_edges[c] is not null)
                    {
                        return false;
                    }

                    _edges[c] = edge;
                }
            }

            return true;
        }
    }
}
