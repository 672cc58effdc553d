using System.Globalization;

namespace Crank.Rego.Syntax;

/// <summary>Something wrong in a policy's text, found while reading or compiling it.</summary>
/// <param name="Code">One of <see cref="RegoErrorCodes"/>.</param>
/// <param name="Message">What is wrong, in OPA's words where OPA finds the same.</param>
/// <param name="At">Where; null when no place can be named.</param>
public sealed record RegoError(string Code, string Message, Location? At)
{
    /// <summary>Further lines that explain the message, e.g. what a type check expected; may be empty.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>File name, or empty.</summary>
    public string File => At?.File ?? "";

    /// <summary>Line from 1, or 0.</summary>
    public int Row => At?.Row ?? 0;

    /// <summary>Column in characters from 1, or 0.</summary>
    public int Column => At?.Column ?? 0;

    /// <summary><c>file:row: code: message</c></summary>
    public override string ToString() => At is null || Row == 0
        ? $"{Code}: {Message}"
        : string.Create(CultureInfo.InvariantCulture, $"{At}: {Code}: {Message}");

    /// <summary>The message with the source line below it and a caret under the place; further lines are details.</summary>
    public string Explain()
    {
        var lines = new List<string> { ToString() };
        if (At is not null && Row > 0)
        {
            var line = At.Source.LineAt(At.Offset);
            var start = At.Offset - At.Source.Text.LastIndexOf('\n', Math.Max(0, At.Offset - 1), Math.Max(0, At.Offset)) - 1;
            if (At.Offset == 0)
                start = 0;
            var before = line[..Math.Clamp(start, 0, line.Length)];
            lines.Add("  " + line.Replace('\t', ' '));
            lines.Add("  " + new string(' ', new StringInfo(before).LengthInTextElements) + "^");
        }
        lines.AddRange(Details.Select(detail => "  " + detail));
        return string.Join('\n', lines);
    }
}
