using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Crank.Trust.Jose;

/// <summary>The keys that an issuer publishes (RFC 7517 section 5). A key that is not understood is left out, as that section asks; its reason is kept.</summary>
/// <param name="Keys">The keys understood, in their order.</param>
/// <param name="LeftOut">Why the others were left out.</param>
public sealed record JwkSet(ImmutableArray<Jwk> Keys, ImmutableArray<string> LeftOut)
{
    /// <summary>Reads a set.</summary>
    /// <param name="utf8">The JSON, at most <see cref="JoseLimits.MaxKeySet"/> bytes and <see cref="JoseLimits.MaxEntries"/> keys.</param>
    /// <param name="set">The set.</param>
    /// <param name="why">What is wrong with it.</param>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JwkSet? set, [NotNullWhen(false)] out string? why)
    {
        set = null;
        why = $"the key set is longer than {JoseLimits.MaxKeySet} bytes";
        if (utf8.Length > JoseLimits.MaxKeySet || !JoseJson.TryParseObject(utf8, out var json, out why))
        {
            return false;
        }

        if (!json.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > JoseLimits.MaxEntries)
        {
            why = $"a key set has 'keys', a list of at most {JoseLimits.MaxEntries}";
            return false;
        }

        var keys = ImmutableArray.CreateBuilder<Jwk>();
        var leftOut = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in list.EnumerateArray())
        {
            if (Jwk.TryRead(entry, out var key, out var fault))
            {
                keys.Add(key);
            }
            else
            {
                leftOut.Add(fault);
            }
        }

        set = new JwkSet(keys.ToImmutable(), leftOut.ToImmutable());
        return true;
    }

    /// <summary>The set as an issuer serves it: public halves only.</summary>
    public string ToJson() => $$"""{"keys":[{{string.Join(',', Keys.Select(k => k.ToJson()))}}]}""";
}
