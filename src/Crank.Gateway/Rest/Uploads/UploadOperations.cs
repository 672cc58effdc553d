using System.Collections.Immutable;
using Crank.Gateway.Contract;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Rest.Uploads;

/// <summary>What the contract says of <see cref="UploadEndpoints"/>.</summary>
internal static class UploadOperations
{
    private const string Flag = """{"type":"string","enum":["?0","?1"]}""";
    private const string Count = """{"type":"integer","minimum":0}""";

    private static readonly Parameter s_upload = Parameter.Path("upload", "The upload; `Location` of its beginning.", """{"type":"string","pattern":"^[0-9a-f]{32}$"}""", "0af7651916cd43dd8448eb211c80319c");

    private static readonly ImmutableArray<AnswerHeader> s_state =
    [
        new("Upload-Complete", "`?1` once it is whole.", Flag), new("Upload-Offset", "How many bytes are kept.", Count), new("Upload-Limit", "The largest size and the seconds left."),
    ];

    private static readonly Answer s_kept = new(201, "It is whole and kept; without a body when more is to follow.", Content.Json("Blob")) { BodyOptional = true, Headers = [new("Location", "Where the file is, or where the upload goes on."), .. s_state] };

    private static readonly Answer s_keptLonger = new(200, "It is whole, and was kept before.", Content.Json("Blob"));

    public static Operation Create { get; } = new("createUpload", ContractTags.Blobs, "Begin an upload that can be gone on with")
    {
        Description = "draft-ietf-httpbis-resumable-upload-11. `Upload-Complete: ?0` begins an upload in parts; without it the body is the whole file.",
        Parameters =
        [
            Parameter.Header("Upload-Complete", "`?0` when more follows. Default `?1`.", Flag, "?0"), Parameter.Header("Upload-Length", "The bytes of the whole, when known.", Count, "1000000"),
            Parameter.Header("Repr-Digest", "`sha-256=:BASE64:` of the whole, when known; RFC 9530."), Parameter.Header("Content-Disposition", "A file name."),
        ],
        Body = [Content.Bytes("*/*")],
        BodyRequired = false,
        Answers = [s_kept, s_keptLonger],
        Problems = [ProblemCodes.BadInput],
    };

    public static Operation Look { get; } = new("lookAtUpload", ContractTags.Blobs, "Ask how far an upload is")
    {
        Parameters = [s_upload],
        Answers = [new(204, "How far it is, in the header fields.") { Headers = s_state }],
        Problems = [ProblemCodes.NotFound, ProblemCodes.Conflict],
    };

    public static Operation Append { get; } = new("appendToUpload", ContractTags.Blobs, "Go on with an upload")
    {
        Description = "A newer request ends an older one of the same upload. What came before a connection broke is kept.",
        Parameters =
        [
            s_upload, new("header", "Upload-Offset", "Where this part begins.", Count, true, "0"), new("header", "Upload-Complete", "`?1` when it is the last.", Flag, true, "?1"),
            Parameter.Header("Upload-Length", "The bytes of the whole, when known.", Count),
        ],
        Body = [Content.Bytes(UploadEndpoints.Partial)],
        BodyRequired = false,
        Answers = [new(204, "Kept; more is awaited.") { Headers = s_state }, s_kept, s_keptLonger],
        Problems = [ProblemCodes.NotFound, ProblemCodes.Conflict, ProblemCodes.BadInput],
    };

    public static Operation Cancel { get; } = new("cancelUpload", ContractTags.Blobs, "Cancel an upload")
    {
        Parameters = [s_upload],
        Answers = [new(204, "It is gone.")],
        Problems = [ProblemCodes.NotFound, ProblemCodes.Conflict],
    };
}
