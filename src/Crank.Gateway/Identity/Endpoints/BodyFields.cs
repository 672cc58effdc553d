using System.Collections.Immutable;
using System.Text.Json;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Bodies;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity.Endpoints;

/// <summary>A small JSON object as a request's body, read member by member; everything wrong with it is said at once.</summary>
internal sealed class BodyFields
{
    private readonly JsonElement _json;
    private readonly string _at;
    private readonly List<ProblemPointer> _faults;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private BodyFields(JsonElement json, string at, List<ProblemPointer> faults) => (_json, _at, _faults) = (json, at, faults);

    /// <summary>Reads the body.</summary>
    /// <exception cref="BadRequestException">It is not JSON, or not an object.</exception>
    public static async Task<BodyFields> ReadAsync(HttpContext context, LiveOptions options)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new BadRequestException(ProblemCodes.UnsupportedMediaType, "The body is not declared as JSON.", "Send 'Content-Type: application/json'.");
        }

        var json = JsonElement.Parse((await BodyReader.ReadJsonAsync(context, options)).Span, new JsonDocumentOptions { MaxDepth = options.Limits.JsonDepth });
        return json.ValueKind == JsonValueKind.Object
            ? new BodyFields(json, "", [])
            : throw new BadRequestException(ProblemCodes.BadInput, "The body is not a JSON object.", "", ImmutableArray.Create(new ProblemPointer("", "It is an object.")));
    }

    /// <summary>A text; null when it is absent or wrong.</summary>
    public string? Text(string name, int most, bool required = false)
    {
        if (!TryTake(name, required, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.EnumerateRunes().Count() <= most && !text.Any(char.IsControl))
        {
            return text;
        }

        Fault(name, $"It is a text of 1 to {most} characters, none of them a control character.");
        return null;
    }

    /// <summary>A bare value of the words of the mesh; null when it is absent or wrong.</summary>
    public T? Value<T>(string name, string form, bool required = false)
        where T : struct, IParsable<T>
    {
        if (!TryTake(name, required, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && T.TryParse(value.GetString(), null, out var parsed))
        {
            return parsed;
        }

        Fault(name, $"It is {form}.");
        return null;
    }

    public bool? Flag(string name)
    {
        if (!TryTake(name, false, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Fault(name, "It is true or false.");
        return null;
    }

    public long? Number(string name, long least, long most)
    {
        if (!TryTake(name, false, out var value))
        {
            return null;
        }

        // 30.0 is a whole number, as JSON Schema has it.
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number == decimal.Truncate(number) && number >= least && number <= most)
        {
            return (long)number;
        }

        Fault(name, $"It is a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>A number that need not be whole; null when it is absent or wrong.</summary>
    public double? Fraction(string name, double least, double most)
    {
        if (!TryTake(name, false, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Fault(name, $"It is a number from {least} to {most}.");
        return null;
    }

    /// <summary>A list of whole numbers; default when it is absent or wrong.</summary>
    public ImmutableArray<int> Numbers(string name, int least, int most, int count)
    {
        if (!TryTake(name, false, out var value))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and var length && length <= count)
        {
            var numbers = value.EnumerateArray().Select(i => i.ValueKind == JsonValueKind.Number && i.TryGetDecimal(out var n) && n == decimal.Truncate(n) && n >= least && n <= most ? (int)n : (int?)null).ToList();
            if (numbers.All(n => n is not null))
            {
                return [.. numbers.Select(n => n!.Value)];
            }
        }

        Fault(name, $"It is a list of 1 to {count} whole numbers from {least} to {most}.");
        return default;
    }

    /// <summary>Texts by name, as policies see them; null when they are absent, none or wrong.</summary>
    public ImmutableSortedDictionary<string, string>? Labels(string name, int count)
    {
        if (!TryTake(name, false, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() <= count && value.EnumerateObject().All(l => IsLabel(l.Name) && IsLabel(l.Value)))
        {
            var labels = value.EnumerateObject().GroupBy(l => l.Name, StringComparer.Ordinal).ToImmutableSortedDictionary(g => g.Key, g => g.Last().Value.GetString()!, StringComparer.Ordinal);
            return labels.IsEmpty ? null : labels;
        }

        Fault(name, $"It is an object of at most {count} labels; names and values are texts of 1 to 100 characters, none of them a control character.");
        return null;
    }

    private static bool IsLabel(JsonElement value) => value.ValueKind == JsonValueKind.String && IsLabel(value.GetString()!);

    private static bool IsLabel(string text) => text.Length > 0 && text.EnumerateRunes().Count() <= 100 && !text.Any(char.IsControl);

    /// <summary>A list of words, each of a known set; default when it is absent or wrong.</summary>
    public ImmutableArray<string> Words(string name, IReadOnlyCollection<string> known)
    {
        if (!TryTake(name, false, out var value))
        {
            return default;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > known.Count)
        {
            Fault(name, $"It is a list of at most {known.Count} words.");
            return default;
        }

        var words = ImmutableArray.CreateBuilder<string>();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { } word && known.Contains(word))
            {
                words.Add(word);
            }
            else
            {
                Fault($"{name}/{index}", $"It is one of: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            }

            index++;
        }

        return words.ToImmutable();
    }

    /// <summary>A list of bare values; default when it is absent or wrong.</summary>
    public ImmutableArray<T> Values<T>(string name, int most, string form)
        where T : struct, IParsable<T>
    {
        if (!TryTake(name, false, out var value))
        {
            return default;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            Fault(name, $"It is a list of at most {most}.");
            return default;
        }

        var values = ImmutableArray.CreateBuilder<T>();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && T.TryParse(item.GetString(), null, out var parsed))
            {
                values.Add(parsed);
            }
            else
            {
                Fault($"{name}/{index}", $"It is {form}.");
            }

            index++;
        }

        return values.ToImmutable();
    }

    /// <summary>An object within; null when it is absent or wrong.</summary>
    public BodyFields? Object(string name)
    {
        if (!TryTake(name, false, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return new BodyFields(value, $"{_at}/{name}", _faults);
        }

        Fault(name, "It is an object.");
        return null;
    }

    public void Fault(string name, string detail) => _faults.Add(new($"{_at}/{name}", detail));

    /// <summary>Refuses what was not read, and everything found wrong.</summary>
    /// <exception cref="BadRequestException">Something is.</exception>
    public void End()
    {
        foreach (var member in _json.EnumerateObject().Where(m => !_read.Contains(m.Name)))
        {
            Fault(StrictJson.Escape(member.Name), $"There is no such member; there are: {string.Join(", ", _read.Order(StringComparer.Ordinal))}.");
        }

        if (_at.Length == 0 && _faults.Count > 0)
        {
            throw new BadRequestException(ProblemCodes.BadInput, "The body does not say what this takes.", "", _faults);
        }
    }

    private bool TryTake(string name, bool required, out JsonElement value)
    {
        _read.Add(name);
        if (_json.TryGetProperty(name, out value))
        {
            return true;
        }

        if (required)
        {
            Fault(name, "It is required.");
        }

        return false;
    }
}
