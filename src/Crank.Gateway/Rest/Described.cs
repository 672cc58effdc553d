using System.Collections.Immutable;
using Crank.Gateway.Contract;

namespace Crank.Gateway.Rest;

/// <summary>What many operations have in common, as the contract tells it.</summary>
internal static class Described
{
    public const string Sha256 = """{"type":"string","pattern":"^(sha256:)?[0-9a-f]{64}$"}""";

    private const string Id = """{"type":"string","pattern":"^[0-9A-Za-z]{26}$"}""";
    private const string Moment = """{"type":"string","format":"date-time"}""";

    public static Parameter Job { get; } = Parameter.Path("job", "The id of the job.", Id, "06DBK3C9QG3R17QK2PMHVXM6Y4");

    public static Parameter Blob { get; } = Parameter.Path("sha256", "SHA-256 of the bytes, in lower-case hexadecimal.", Sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");

    public static Parameter IfNoneMatch { get; } = Parameter.Header("If-None-Match", "Entity tags of the copies that the caller has; with one of them the answer is 304.");

    public static Parameter IfMatch { get; } = Parameter.Header("If-Match", "Entity tags, one of which the answer must have; else it is 412.");

    public static Answer NotModified { get; } = new(304, "The caller's copy is the newest.");

    public static AnswerHeader ETag { get; } = new("ETag", "The entity tag of this copy.");

    /// <summary>The parameters of a list.</summary>
    public static ImmutableArray<Parameter> Page(int standard, int most) =>
    [
        Parameter.Query("limit", $"How many items at most. Default {standard}.", $$$$"""{"type":"integer","minimum":1,"maximum":{{{{most}}}},"default":{{{{standard}}}}}""", $"{standard}"),
        Parameter.Query("cursor", "Where the list goes on: `next` of an earlier answer, as it is."),
    ];

    /// <summary>The answer of a list.</summary>
    public static Answer PageOf(string schema, string description) =>
        new(200, description, Content.Json(
            $$$$"""{"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"$ref":"{{{{ContractSchemas.Pointer}}}}{{{{schema}}}}"}},"next":{"type":"string","description":"Goes into `cursor` for what follows; absent on the last page."}}}"""))
        {
            Headers = [new("Link", "`rel=\"next\"`, when there is more; RFC 8288.")],
        };

    /// <summary>A period; <paramref name="what"/> falls into it.</summary>
    public static ImmutableArray<Parameter> Period(string what) =>
    [
        Parameter.Query("from", $"{what} then or later. Default 30 days before `to`.", Moment, "2026-01-01T00:00:00Z"),
        Parameter.Query("to", "And before then. Default now.", Moment, "2026-02-01T00:00:00Z"),
    ];
}
