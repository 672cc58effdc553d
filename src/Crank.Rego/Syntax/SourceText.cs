namespace Crank.Rego.Syntax;

/// <summary>The text of one module or query together with the name that errors call it by.</summary>
/// <param name="name">File name or bundle path; empty for a query that came from nowhere.</param>
/// <param name="text">The whole text.</param>
public sealed class SourceText(string name, string text)
{
    /// <summary>The place that compiler-made nodes without a source of their own point at.</summary>
    internal static SourceText Nowhere { get; } = new("", "");

    /// <summary>File name or bundle path; may be empty.</summary>
    public string Name { get; } = name;

    /// <summary>The whole text.</summary>
    public string Text { get; } = text;

    /// <summary>The line that holds <paramref name="offset"/> (UTF-16 units), without its end.</summary>
    public string LineAt(int offset)
    {
        var at = Math.Clamp(offset, 0, Text.Length);
        var start = at == 0 ? 0 : Text.LastIndexOf('\n', at - 1) + 1;
        var end = Text.IndexOf('\n', at);
        return Text[start..(end < 0 ? Text.Length : end)].TrimEnd('\r');
    }
}
