using System.Globalization;

namespace Crank.Rego.Syntax;

/// <summary>Where a node stands in its source.</summary>
/// <param name="source">The text it was read from.</param>
/// <param name="offset">First character, in UTF-16 units from the start of the text.</param>
/// <param name="length">UTF-16 units covered.</param>
/// <param name="row">Line, from 1; 0 when the node was made by the compiler.</param>
/// <param name="column">Column in characters (Unicode scalar values), from 1.</param>
public sealed class Location(SourceText source, int offset, int length, int row, int column)
{
    /// <summary>For nodes that no source text stands behind.</summary>
    public static Location None { get; } = new(SourceText.Nowhere, 0, 0, 0, 0);

    /// <summary>The text the node was read from.</summary>
    public SourceText Source { get; } = source;

    /// <summary>First character, in UTF-16 units from the start of the text.</summary>
    public int Offset { get; } = offset;

    /// <summary>UTF-16 units covered.</summary>
    public int Length { get; } = length;

    /// <summary>Line, from 1; 0 when the node was made by the compiler.</summary>
    public int Row { get; } = row;

    /// <summary>Column in characters, from 1.</summary>
    public int Column { get; } = column;

    /// <summary>Name of the source; may be empty.</summary>
    public string File => Source.Name;

    /// <summary>The source text covered.</summary>
    public string Text => Source.Text.Substring(Offset, Length);

    /// <summary>The same start, reaching to <paramref name="end"/> (UTF-16 units from the start of the text).</summary>
    internal Location Until(int end) => new(Source, Offset, Math.Max(0, end - Offset), Row, Column);

    /// <summary><c>file:row</c>, or <c>row:column</c> when the source has no name.</summary>
    public override string ToString() => File.Length > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{File}:{Row}")
        : string.Create(CultureInfo.InvariantCulture, $"{Row}:{Column}");
}
