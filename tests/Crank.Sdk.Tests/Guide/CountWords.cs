using Crank.Sdk;

namespace Words;

/// <summary>What to count.</summary>
/// <param name="Text">A plain text file in UTF-8.</param>
/// <param name="MinLength">Words shorter than this are not counted.</param>
public sealed record CountWordsInput(Blob Text, [property: System.ComponentModel.DataAnnotations.Range(1, 100)] int MinLength = 1);

/// <summary>What was counted.</summary>
/// <param name="Words">How many words.</param>
/// <param name="Longest">The longest word; absent when there is none.</param>
public sealed record CountWordsOutput(int Words, string? Longest);

/// <summary>Counts the words of a text.</summary>
[Capability("words.count", "1.0.0")]
[Limits(MaxInputBytes = 16L << 20, Deadline = "1m")]
[Meters("line", maximum: 1_000_000)]
[Price("job", micros: 100)]
[Price("line", micros: 1)]
[DeclaredError("binary", "The file holds bytes that are not text. Convert it first.")]
public sealed class CountWords : Capability<CountWordsInput, CountWordsOutput>
{
    /// <inheritdoc/>
    public override async Task<CountWordsOutput> RunAsync(CountWordsInput input, JobContext job, CancellationToken cancellationToken)
    {
        var words = 0;
        var longest = "";
        using var reader = new StreamReader(job.Open(input.Text));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains('\0')) throw new CapabilityException("binary", "The file holds a zero byte; it is not text.");
            job.Meter("line");
            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length >= input.MinLength))
            {
                words++;
                if (word.Length > longest.Length) longest = word;
            }
        }

        return new CountWordsOutput(words, longest.Length > 0 ? longest : null);
    }
}
