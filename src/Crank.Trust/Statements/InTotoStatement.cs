using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Crank.Trust.Statements;

/// <summary>An in-toto Statement, version 1 (in-toto/attestation, spec v1.1, <c>statement.md</c>).</summary>
/// <param name="Subjects">At least one, at most <see cref="MaxSubjects"/>.</param>
/// <param name="PredicateType">Names the predicate's schema and version.</param>
/// <param name="Predicate">An object, or undefined when the statement has none.</param>
public sealed record InTotoStatement(IReadOnlyList<InTotoSubject> Subjects, string PredicateType, JsonElement Predicate)
{
    /// <summary>The only value of <c>_type</c> that is read or written.</summary>
    public const string Type = "https://in-toto.io/Statement/v1";

    /// <summary>The payload type of a statement in an envelope.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>The most subjects that are read.</summary>
    public const int MaxSubjects = 1024;

    /// <summary>The most digests of one subject.</summary>
    public const int MaxDigests = 16;

    /// <summary>The largest statement: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a statement. Members that the standard does not name are passed over, as it asks; no name may stand twice.</summary>
    /// <returns>False when refused; <paramref name="why"/> says what was wrong.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out InTotoStatement? statement, [NotNullWhen(false)] out string? why)
    {
        statement = null;
        if (json.Length > MaxBytes)
        {
            why = $"The statement has {json.Length} bytes; at most {MaxBytes} are read.";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 });
            statement = Read(document.RootElement);
            why = null;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            why = $"Not an in-toto statement: {e.Message}";
            return false;
        }
    }

    private static InTotoStatement Read(JsonElement json)
    {
        if (Text(json, "_type") is var type && type != Type)
        {
            throw new FormatException($"'_type' is '{type}'; '{Type}' is read.");
        }

        var subjects = json.GetProperty("subject");
        if (subjects.GetArrayLength() is var count && count is 0 or > MaxSubjects)
        {
            throw new FormatException($"A statement has 1 to {MaxSubjects} subjects, not {count}.");
        }

        var predicateType = Text(json, "predicateType");
        if (predicateType.Length == 0)
        {
            throw new FormatException("'predicateType' is empty.");
        }

        var predicate = default(JsonElement);
        if (json.TryGetProperty("predicate", out var found))
        {
            predicate = found.ValueKind == JsonValueKind.Object ? found.Clone() : throw new FormatException("'predicate' is not an object.");
        }

        return new InTotoStatement([.. subjects.EnumerateArray().Select(ReadSubject)], predicateType, predicate);
    }

    private static InTotoSubject ReadSubject(JsonElement json)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var digest in json.GetProperty("digest").EnumerateObject())
        {
            digests.Add(digest.Name, digest.Value.GetString() is { Length: > 0 } value ? value : throw new FormatException($"The digest '{digest.Name}' is empty."));
        }

        return digests.Count is > 0 and <= MaxDigests
            ? new InTotoSubject(json.TryGetProperty("name", out _) ? Text(json, "name") : "", digests)
            : throw new FormatException($"A subject has 1 to {MaxDigests} digests, not {digests.Count}.");
    }

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is not a string.");
}
