using System.Collections.Frozen;
using System.Collections.Immutable;
using Crank.Mesh.Path;

namespace Crank.Gateway.Problems;

/// <summary>Every code that the gateway itself answers with; the path's refusals keep their codes. A test holds the list against <c>docs/errors.md</c>.</summary>
public static class ProblemCodes
{
    /// <summary>The request is not what HTTP or this operation expects.</summary>
    public static ProblemCode BadRequest { get; } = new("bad-request", 400, "The request cannot be read");

    /// <summary>No identity, or one that does not hold.</summary>
    public static ProblemCode Unauthenticated { get; } = new("unauthenticated", 401, "Not authenticated");

    /// <summary>The identity may not do this.</summary>
    public static ProblemCode Forbidden { get; } = new("forbidden", 403, "Refused by policy");

    /// <summary>Nothing of that name, or another tenant's.</summary>
    public static ProblemCode NotFound { get; } = new("not-found", 404, "Not found");

    /// <summary>The resource is there and does not take this method.</summary>
    public static ProblemCode MethodNotAllowed { get; } = new("method-not-allowed", 405, "Method not allowed");

    /// <summary>None of the media types that the caller accepts.</summary>
    public static ProblemCode NotAcceptable { get; } = new("not-acceptable", 406, "Not acceptable");

    /// <summary>The body took too long.</summary>
    public static ProblemCode RequestTimeout { get; } = new("request-timeout", 408, "The request took too long");

    /// <summary>The state of the resource does not allow it.</summary>
    public static ProblemCode Conflict { get; } = new("conflict", 409, "Conflict");

    /// <summary>It was there and is no longer kept.</summary>
    public static ProblemCode Gone { get; } = new("result-gone", 410, "No longer kept");

    /// <summary>A precondition of the request does not hold.</summary>
    public static ProblemCode PreconditionFailed { get; } = new("precondition-failed", 412, "Precondition failed");

    /// <summary>The body is larger than this takes.</summary>
    public static ProblemCode TooLarge { get; } = new("too-large", 413, "Too large");

    /// <summary>A body of a media type that this does not take.</summary>
    public static ProblemCode UnsupportedMediaType { get; } = new("unsupported-media-type", 415, "Unsupported media type");

    /// <summary>No such part of the file.</summary>
    public static ProblemCode RangeNotSatisfiable { get; } = new("range-not-satisfiable", 416, "Range not satisfiable");

    /// <summary>The body can be read and does not say what this operation takes.</summary>
    public static ProblemCode BadInput { get; } = new("bad-input", 422, "The input does not fit");

    /// <summary>Too many requests for now.</summary>
    public static ProblemCode OverQuota { get; } = new("over-quota", 429, "Over quota");

    /// <summary>The header fields are too large.</summary>
    public static ProblemCode HeadersTooLarge { get; } = new("headers-too-large", 431, "Header fields too large");

    /// <summary>A defect of ours.</summary>
    public static ProblemCode Internal { get; } = new("internal", 500, "Internal error");

    /// <summary>A part of a standard that is left out here.</summary>
    public static ProblemCode NotSupported { get; } = new("not-supported", 501, "Not supported");

    /// <summary>The gateway is stopping, starting or full.</summary>
    public static ProblemCode Unavailable { get; } = new("unavailable", 503, "Not available now");

    /// <summary>The data folder cannot be read or written.</summary>
    public static ProblemCode StorageFailed { get; } = new("storage-failed", 503, "Storage failed");

    /// <summary>Every code, in the order of the list.</summary>
    public static ImmutableArray<ProblemCode> All { get; } =
    [
        BadRequest, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, RequestTimeout, Conflict, Gone, PreconditionFailed, TooLarge,
        UnsupportedMediaType, RangeNotSatisfiable, BadInput, OverQuota, HeadersTooLarge, Internal, NotSupported, Unavailable, StorageFailed,
    ];

    private static readonly FrozenDictionary<int, ProblemCode> s_byStatus = All.GroupBy(c => c.Status).ToFrozenDictionary(g => g.Key, g => g.First());

    /// <summary>The code for a bare status that the server gave.</summary>
    public static ProblemCode Of(int status) => s_byStatus.GetValueOrDefault(status) ?? (status < 500 ? BadRequest : Internal);

    /// <summary>The status that goes with a refusal of the path.</summary>
    public static int StatusOf(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.BadInput => refusal.Code == RefusalCodes.TooLarge ? 413 : 422,
        RefusalKind.NotFound => 404,
        RefusalKind.Conflict => 409,
        RefusalKind.Policy => 403,
        RefusalKind.NoFunds => 402,
        RefusalKind.NoOffer => refusal.Code == RefusalCodes.NoneWithinTerms ? 412 : 503,
        RefusalKind.NotDone => refusal.Code == RefusalCodes.Internal ? 500 : 502,
        RefusalKind.Deadline => 504,
        RefusalKind.Cancelled => 409,
        RefusalKind.Unknown => 500,
        RefusalKind.Storage => 503,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
