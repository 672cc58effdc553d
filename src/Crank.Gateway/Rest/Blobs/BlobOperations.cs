using Crank.Gateway.Contract;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Rest.Blobs;

/// <summary>What the contract says of <see cref="BlobEndpoints"/>.</summary>
internal static class BlobOperations
{
    public static Operation Put { get; } = new("putBlob", ContractTags.Blobs, "Upload a file")
    {
        Description = "The bytes are checked against the digest before anything is kept. A file is kept for 24 hours, and anew with each upload; jobs take it by its digest.",
        Parameters =
        [
            Described.Blob, Parameter.Header("If-None-Match", "`*` refuses with 412 what the tenant keeps already."),
            Parameter.Header("Content-Disposition", "A file name, as `attachment; filename=\"a.txt\"`."),
        ],
        Body = [Content.Bytes("*/*")],
        Answers = [new(201, "Kept.", Content.Json("Blob")) { Headers = [new("Location", "Where it is.")] }, new(200, "Kept longer.", Content.Json("Blob"))],
        Problems = [ProblemCodes.NotFound, ProblemCodes.PreconditionFailed, ProblemCodes.BadInput],
    };

    public static Operation Get { get; } = new("getBlob", ContractTags.Blobs, "Download a file")
    {
        Parameters =
        [
            Described.Blob, Described.IfNoneMatch, Described.IfMatch, Parameter.Header("Range", "One range of bytes; several are answered with the whole. RFC 9110, section 14."),
            Parameter.Header("If-Range", "A strong entity tag: with another one the range is ignored."),
        ],
        Answers =
        [
            new(200, "The file.", Content.Bytes("*/*")) { Headers = [Described.ETag, new("Repr-Digest", "SHA-256 of the whole; RFC 9530.")] }, new(206, "A part of it.", Content.Bytes("*/*")),
            Described.NotModified,
        ],
        Problems = [ProblemCodes.NotFound, ProblemCodes.PreconditionFailed, ProblemCodes.RangeNotSatisfiable],
    };

    public static Operation Delete { get; } = new("deleteBlob", ContractTags.Blobs, "Let go of a file")
    {
        Description = "Jobs that were accepted with it go on.",
        Parameters = [Described.Blob],
        Answers = [new(204, "It is no longer kept.")],
        Problems = [ProblemCodes.NotFound],
    };
}
