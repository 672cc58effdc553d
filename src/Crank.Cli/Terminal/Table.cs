namespace Crank.Cli.Terminal;

/// <summary>Columns of text, as wide as they need to be and without trailing space.</summary>
internal static class Table
{
    public static void Write(TextWriter output, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = header.Select((name, column) => rows.Select(r => r[column].Length).Append(name.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(header))
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => Answer.Plain(cell).PadRight(widths[column]))).TrimEnd());
        }
    }
}
