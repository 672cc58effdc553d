using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Crank.Core;

namespace Crank.Mesh.Govern;

/// <summary>Names capabilities: <c>doc.convert</c>, <c>doc.*</c>, <c>doc.convert@1</c> (that major version alone), or <c>*</c>. A star stands for any characters, dots included.</summary>
[JsonConverter(typeof(BareStringConverter<CapabilityPattern>))]
public readonly record struct CapabilityPattern : IParsable<CapabilityPattern>
{
    /// <summary>The form, for messages.</summary>
    public const string Form = "a capability, or a pattern such as doc.*, doc.convert@1 or *";

    private const int MaxLength = 128;
    private readonly string? _text;

    private CapabilityPattern(string text) => _text = text;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is none; the message shows what was given.</exception>
    public static CapabilityPattern Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var pattern) ? pattern : throw new FormatException($"'{(s.Length <= 60 ? s : s[..60] + "…")}' is not {Form}.");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CapabilityPattern result)
    {
        result = default;
        if (s is not { Length: > 0 and <= MaxLength })
        {
            return false;
        }

        var at = s.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? s.AsSpan() : s.AsSpan(0, at);
        var major = at < 0 ? "0" : s.AsSpan(at + 1);
        if (name.IsEmpty || name.ContainsAnyExcept(s_letters) || major.Length is 0 or > 9 || major.ContainsAnyExceptInRange('0', '9') || (major.Length > 1 && major[0] == '0'))
        {
            return false;
        }

        result = new(s);
        return true;
    }

    /// <summary>Whether a capability is one of those.</summary>
    public bool Matches(CapabilityVersion capability)
    {
        var text = ToString();
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? text : text[..at];
        return (at < 0 || text[(at + 1)..] == $"{capability.Version.Major}") && System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(name, capability.Name.Value, ignoreCase: false);
    }

    /// <summary>The pattern as it was written.</summary>
    public override string ToString() => _text ?? "";

    private static readonly System.Buffers.SearchValues<char> s_letters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_*");
}
