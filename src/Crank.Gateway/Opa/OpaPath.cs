using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Opa;

/// <summary>Which document a URL names: each part of its path is a key, decoded after the path was cut, and a whole number is an index, as in OPA.</summary>
/// <param name="Parts">The keys below <c>data</c>.</param>
internal sealed record OpaPath(IReadOnlyList<string> Parts)
{
    private const int MostParts = 64;

    private static readonly JsonSerializerOptions s_literal = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As OPA writes it in a decision log, e.g. <c>crank/access/decision</c>.</summary>
    public string Slashed => string.Join('/', Parts);

    /// <summary>As a reference in Rego, e.g. <c>data["crank"]["access"]</c>.</summary>
    public string Reference
    {
        get
        {
            var text = new StringBuilder("data");
            foreach (var part in Parts)
            {
                text.Append('[').Append(
                    int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) ? index.ToString(CultureInfo.InvariantCulture) : JsonSerializer.Serialize(part, s_literal)).Append(']');
            }

            return text.ToString();
        }
    }

    /// <summary>As people write it, e.g. <c>data.crank.access</c>.</summary>
    public string Dotted => string.Join('.', ["data", .. Parts]);

    /// <summary>A path whose parts need no decoding, e.g. <c>system/main</c>.</summary>
    public static OpaPath Of(string slashed) => new(slashed.Split('/', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What follows a prefix such as <c>/v1/data</c> in the path of a request.</summary>
    /// <exception cref="OpaException">It has too many parts.</exception>
    public static OpaPath Of(HttpContext context, string prefix)
    {
        var parts = Raw(context, prefix).Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length <= MostParts ? new([.. parts.Select(Uri.UnescapeDataString)]) : throw OpaException.Wrong($"The path has {parts.Length} parts; {MostParts} are taken.");
    }

    /// <summary>What follows a prefix, as one decoded name.</summary>
    public static string NameOf(HttpContext context, string prefix) => Uri.UnescapeDataString(Raw(context, prefix).Trim('/'));

    /// <summary>The route has decoded everything but <c>%2F</c>, after which nobody can tell a separator from a part of a name: the request line can.</summary>
    private static string Raw(HttpContext context, string prefix)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        var at = path.IndexOf(prefix, StringComparison.Ordinal);
        return at >= 0 ? path[(at + prefix.Length)..] : Uri.EscapeDataString(context.GetRouteValue("path") as string ?? context.GetRouteValue("id") as string ?? "").Replace("%2F", "/", StringComparison.Ordinal);
    }
}
