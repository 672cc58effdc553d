using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Crank.Trust.Jose;

/// <summary>One header of a JWS or JWE (RFC 7515 section 4, RFC 7516 section 4): a JSON object without duplicate names.</summary>
public sealed class JoseHeader
{
    private readonly JsonElement _json;

    private JoseHeader(JsonElement json) => _json = json;

    /// <summary>The header without members.</summary>
    internal static JoseHeader Empty { get; } = new(JsonElement.Parse("{}"));

    /// <summary><c>alg</c>; null when absent or no text.</summary>
    public string? Algorithm => Text("alg");

    /// <summary><c>kid</c>; null when absent or no text.</summary>
    public string? KeyId => Text("kid");

    /// <summary><c>typ</c>; null when absent or no text.</summary>
    public string? Type => Text("typ");

    /// <summary>A member that is a text; null when it is absent or something else.</summary>
    public string? Text(string name) => _json.Text(name);

    /// <summary>True when the member is there, whatever it is.</summary>
    public bool Has(string name) => _json.TryGetProperty(name, out _);

    /// <summary>Reads a member.</summary>
    /// <returns>False when it is absent.</returns>
    public bool TryGet(string name, out JsonElement value) => _json.TryGetProperty(name, out value);

    /// <summary>Reads a header of at most <see cref="JoseLimits.MaxHeader"/> bytes.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="header">The header.</param>
    /// <param name="why">What is wrong with it.</param>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JoseHeader? header, [NotNullWhen(false)] out string? why)
    {
        header = null;
        why = $"the header is longer than {JoseLimits.MaxHeader} bytes";
        if (utf8.Length > JoseLimits.MaxHeader || !JoseJson.TryParseObject(utf8, out var json, out why))
        {
            return false;
        }

        header = new JoseHeader(json);
        return true;
    }

    internal static JoseHeader Of(JsonElement json) => new(json);

    /// <summary>The members of all given headers as one; null when a name stands in two of them (RFC 7515 section 4, RFC 7516 section 4).</summary>
    internal static JoseHeader? Join(params ReadOnlySpan<JoseHeader?> parts)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            if (part is null)
            {
                continue;
            }

            foreach (var member in part._json.EnumerateObject())
            {
                if (!members.TryAdd(member.Name, member.Value))
                {
                    return null;
                }
            }
        }

        return new JoseHeader(JsonSerializer.SerializeToElement(members, JoseContext.Default.DictionaryStringJsonElement));
    }

    /// <summary>
    /// The rule of <c>crit</c> (RFC 7515 section 4.1.11): only in the protected header, not empty, no name twice, none that the standard itself defines, each
    /// present, each understood. Null when it holds.
    /// </summary>
    internal static string? CriticalFault(JoseHeader guarded, JoseHeader? open, IReadOnlyList<string> understood)
    {
        if (open?.Has("crit") == true)
        {
            return "'crit' stands outside the protected header";
        }

        if (!guarded.TryGet("crit", out var crit))
        {
            return null;
        }

        if (crit.ValueKind != JsonValueKind.Array || crit.GetArrayLength() == 0)
        {
            return "'crit' is not a list with at least one name";
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in crit.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.String || entry.GetString() is not { Length: > 0 } name || !seen.Add(name))
            {
                return "'crit' holds something that is no name, or a name twice";
            }

            if (!understood.Contains(name))
            {
                return $"'crit' names '{name}', which is not understood here";
            }

            if (!guarded.Has(name))
            {
                return $"'crit' names '{name}', which the protected header does not hold";
            }
        }

        return null;
    }
}
