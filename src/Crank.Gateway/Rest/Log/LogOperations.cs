using Crank.Gateway.Contract;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Rest.Log;

/// <summary>What the contract says of <see cref="LogEndpoints"/>.</summary>
internal static class LogOperations
{
    private const string Size = """{"type":"integer","minimum":1}""";
    private const string Hash = """{"type":"string","description":"SHA-256 in base64."}""";

    public static Operation Key { get; } = new("getLogKey", ContractTags.Log, "Get the key that signs receipts and checkpoints")
    {
        Description = "A verifier key as C2SP signed-note v1.0.0 writes it.",
        Answers = [new(200, "The key.", Content.Text("mesh.example/1+5c9a3f10+AQ==\n"))],
    };

    public static Operation Checkpoint { get; } = new("getCheckpoint", ContractTags.Log, "Get the newest checkpoint")
    {
        Description = "A signed note: C2SP tlog-checkpoint v1.0.0.",
        Parameters = [Described.IfNoneMatch, Described.IfMatch],
        Answers = [new(200, "The checkpoint.", Content.Text("mesh.example/1\n3\nAAAA\n")) { Headers = [Described.ETag] }, Described.NotModified],
        Problems = [ProblemCodes.NotFound, ProblemCodes.PreconditionFailed],
    };

    public static Operation Inclusion { get; } = new("proveInclusion", ContractTags.Log, "Prove that a leaf is in the log")
    {
        Description = "The path from a leaf to the root, RFC 9162 section 2.1.3.",
        Parameters =
        [
            Parameter.Path("index", "The leaf, counted from 0; a receipt names its own.", """{"type":"integer","minimum":0}""", "0"),
            Parameter.Query("size", "The size of the log that is proved. Default the newest.", Size, "1"),
        ],
        Answers =
        [
            new(200, "The proof.", Content.Json(
                $$$$"""{"type":"object","required":["index","size","leaf","hashes"],"properties":{"index":{"type":"integer"},"size":{"type":"integer"},"leaf":{{{{Hash}}}},"hashes":{"type":"array","items":{{{{Hash}}}}},"checkpoint":{"type":"string","description":"The signed note of that size, when there is one."}}}""")),
        ],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation Consistency { get; } = new("proveConsistency", ContractTags.Log, "Prove that the log only grew")
    {
        Description = "That the log of one size is the beginning of the log of another, RFC 9162 section 2.1.4.",
        Parameters =
        [
            new("query", "from", "The size that the caller knows.", Size, true, "1"), Parameter.Query("to", "The later size. Default the newest.", Size, "1"),
        ],
        Answers =
        [
            new(200, "The proof.", Content.Json(
                $$$$"""{"type":"object","required":["from","to","hashes"],"properties":{"from":{"type":"integer"},"to":{"type":"integer"},"hashes":{"type":"array","items":{{{{Hash}}}}},"checkpoint":{"type":"string"}}}""")),
        ],
        Problems = [ProblemCodes.NotFound],
    };
}
