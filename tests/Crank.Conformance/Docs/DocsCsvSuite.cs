using System.Collections.Immutable;
using System.Text.Json;
using Crank.Doc.Csv;
using Crank.Doc.Reading;

namespace Crank.Conformance.Docs;

/// <summary>Delimited text: every cell equals, as text; and the same again from a stream that gives one byte at a time.</summary>
public sealed class DocsCsvSuite : Suite
{
    public override string Name => "docs-csv";

    public override IReadOnlyDictionary<string, double> Required =>
        new Dictionary<string, double> { ["cells"] = 0.95 };

    public override async Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "index.json"), cancellationToken));
        foreach (var entry in index.RootElement.EnumerateArray())
        {
            var file = entry.GetProperty("file").GetString()!;
            var name = "cells/" + file;
            var read = Read(await File.ReadAllBytesAsync(Path.Combine(folder, file), cancellationToken), report, name);
            if (read is null)
            {
                continue;
            }

            if (entry.TryGetProperty("records", out var records))
            {
                using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, records.GetString()!), cancellationToken));
                report.Check(name, RecordsEqual(read.Rows, expected.RootElement), Show(read.Rows));
            }
            else
            {
                var expected = await File.ReadAllTextAsync(Path.Combine(folder, entry.GetProperty("markdown").GetString()!), cancellationToken);
                report.Check(name, TableEqual(read.Rows, expected), Show(read.Rows));
            }
        }

        using var hard = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "hard-cases.json"), cancellationToken));
        var cases = hard.RootElement.ValueKind == JsonValueKind.Array ? hard.RootElement : hard.RootElement.GetProperty("cases");
        foreach (var entry in cases.EnumerateArray())
        {
            var name = "cells/hard/" + entry.GetProperty("name").GetString();
            if (Read(entry.GetProperty("base64").GetBytesFromBase64(), report, name) is not { } read)
            {
                continue;
            }

            var equal = RowsEqual(read.Rows, entry.GetProperty("rows")) || (entry.TryGetProperty("also", out var also) && AlsoEqual(read.Rows, also));
            var delimiter = !entry.TryGetProperty("delimiter", out var wanted) || wanted.GetString() == read.Dialect.Delimiter.ToString();
            report.Check(name, equal && delimiter, $"delimiter '{read.Dialect.Delimiter}', {read.Encoding.Name}: {Show(read.Rows)}");
        }
    }

    private static CsvRows? Read(byte[] bytes, SuiteReport report, string name)
    {
        using var whole = new MemoryStream(bytes);
        using var pieces = new OneByteStream(bytes);
        var read = CsvReader.Read(whole, null, Budget());
        var again = CsvReader.Read(pieces, null, Budget());
        if (read.Rows.Length == again.Rows.Length && read.Rows.Zip(again.Rows).All(p => p.First.SequenceEqual(p.Second)))
        {
            return read;
        }

        report.Fail(name, "one byte at a time gives other rows");
        return null;
    }

    private static ReaderBudget Budget() => new(ReaderLimits.Default, TimeProvider.System, CancellationToken.None);

    private static bool RowsEqual(ImmutableArray<ImmutableArray<string>> rows, JsonElement expected) =>
        rows.Length == expected.GetArrayLength()
        && rows.Zip(expected.EnumerateArray()).All(p => p.First.SequenceEqual(p.Second.EnumerateArray().Select(c => c.GetString()!)));

    private static bool AlsoEqual(ImmutableArray<ImmutableArray<string>> rows, JsonElement also) =>
        RowsEqual(rows, also) || (also.GetArrayLength() == 1 && also[0].GetArrayLength() == 0 && rows.Length == 0);

    private static bool RecordsEqual(ImmutableArray<ImmutableArray<string>> rows, JsonElement expected)
    {
        var records = expected.ValueKind == JsonValueKind.Array ? expected.EnumerateArray().ToList() : [expected];
        return rows.Length == records.Count + 1
            && rows.Skip(1).Zip(records).All(p => p.Second.EnumerateObject().Select((field, i) =>
                rows[0][i] == field.Name && i < p.First.Length && p.First[i] == field.Value.GetString()).All(ok => ok));
    }

    private static bool TableEqual(ImmutableArray<ImmutableArray<string>> rows, string markdown)
    {
        var lines = markdown.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var expected = lines.Where((_, i) => i != 1)
            .Select(l => l.Trim().Trim('|').Split('|').Select(c => c.Trim()).ToArray()).ToList();
        return rows.Length == expected.Count && rows.Zip(expected).All(p => Padded(p.First, p.Second.Length).SequenceEqual(p.Second));
    }

    private static IEnumerable<string> Padded(ImmutableArray<string> row, int width) =>
        row.Select(c => c.Trim().Replace("|", "&#124;", StringComparison.Ordinal)).Concat(Enumerable.Repeat("", Math.Max(0, width - row.Length)));

    private static string Show(ImmutableArray<ImmutableArray<string>> rows)
    {
        var shown = JsonSerializer.Serialize(rows);
        return shown.Length > 300 ? shown[..300] : shown;
    }

    private sealed class OneByteStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
