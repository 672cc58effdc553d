using System.Globalization;
using System.Text.RegularExpressions;
using Crank.Rego.Patterns;

namespace Crank.Rego.Builtins.JsonSchemas;

/// <summary>The named formats. A format that is not known holds for every text.</summary>
internal static partial class SchemaFormats
{
    private static readonly string[] Dates = ["yyyy-MM-dd"];
    private static readonly string[] Times = ["HH:mm:ss", "HH:mm:ssK", "HH:mm:ss.FFFFFFF", "HH:mm:ss.FFFFFFFK"];

    private static readonly string[] Moments =
    [
        .. Times, .. Dates, "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    public static bool Holds(string format, string text) => format switch
    {
        "date" => IsTime(text, Dates),
        "time" => IsTime(text, Times),
        "date-time" => IsTime(text, Moments),
        "hostname" => text.Length < 256 && Hostname().IsMatch(text),
        "email" or "idn-email" => System.Net.Mail.MailAddress.TryCreate(text, out _),
        "ipv4" => text.Contains('.', StringComparison.Ordinal) && IpAddress.TryParse(text) is not null,
        "ipv6" => text.Contains(':', StringComparison.Ordinal) && IpAddress.TryParse(text) is not null,
        "uri" or "iri" => !text.Contains('\\', StringComparison.Ordinal) && Scheme().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out _),
        "uri-reference" or "iri-reference" => !text.Contains('\\', StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
        "uri-template" => UriTemplate().IsMatch(text),
        "uuid" => Uuid().IsMatch(text),
        "regex" => IsRegex(text),
        "json-pointer" => JsonPointer().IsMatch(text),
        "relative-json-pointer" => RelativeJsonPointer().IsMatch(text),
        _ => true,
    };

    private static bool IsTime(string text, string[] layouts) =>
        DateTimeOffset.TryParseExact(text, layouts, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static bool IsRegex(string text)
    {
        try
        {
            Re2.Of(text);
            return true;
        }
        catch (PatternException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]{0,61}[a-zA-Z0-9]))*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Hostname();

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9+.\-]*:", RegexOptions.NonBacktracking)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^([^{]*({[^}]*})?)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex UriTemplate();

    [GeneratedRegex(@"(?i)^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"^(/([^~]|~[01])*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex JsonPointer();

    [GeneratedRegex(@"^(0|[1-9][0-9]*)(#|(/([^/~]|~[01])*)*)\z", RegexOptions.NonBacktracking)]
    private static partial Regex RelativeJsonPointer();
}
