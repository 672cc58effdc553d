using System.Collections.Immutable;
using Crank.Gateway.Contract;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Capabilities;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>What the contract says of <see cref="InvokeEndpoint"/>.</summary>
internal static class InvokeOperations
{
    public static ImmutableArray<AnswerHeader> Receipt { get; } =
    [
        new(ReceiptFields.Job, "The id of the job."), new(ReceiptFields.Receipt, "Where its receipt is."), new(ReceiptFields.Price, "What it cost, e.g. `0.001 EUR`."),
        new(ReceiptFields.Carbon, "Grams CO2e that it emitted.", """{"type":"number","minimum":0}"""),
        new(ReceiptFields.Repeated, "`true` when this is the outcome of an earlier job under the same key."),
    ];

    public static Parameter Key { get; } = Parameter.Header(
        "Idempotency-Key", "The same key and request give the same job for 24 hours.", """{"type":"string","minLength":1,"maxLength":202}""", "8e03978e-40d5-43dd-bc93-6894a57f9324");

    public static Operation Invoke { get; } = new("invokeCapability", ContractTags.Capabilities, "Run a capability and get its result")
    {
        Description =
            "A JSON body says `input` and `terms`. A capability that takes one file takes it as the whole body too, in any other media type, with its parameters in the query; "
            + "and every capability takes forms. Terms beside a file or a form are the header fields `Crank-Budget`, `Crank-Deadline`, `Crank-Prefer`, `Crank-Zones`, "
            + "`Crank-Data-Class` and `Crank-Isolation`. A result that is one file is sent as it is when the request was a file or a form, or when `Accept` asks for it.",
        Parameters =
        [
            CapabilityOperations.Name, Key,
            Parameter.Header("Prefer", "`respond-async` answers 202 as soon as the job is on disk; `wait=N` waits up to N seconds for its end before it does so. RFC 7240."),
        ],
        Body =
        [
            Content.Json("Invocation", """{"input":{"message":"hello"}}"""), new("multipart/form-data", """{"type":"object","additionalProperties":true}"""),
            new("application/x-www-form-urlencoded", """{"type":"object","additionalProperties":{"type":"string"}}"""), Content.Bytes(),
        ],
        BodyRequired = false,
        Answers = [new(200, "It is done.", Content.Json("Result"), Content.Bytes("*/*")) { Headers = Receipt }, new(202, "It is on disk and runs later.", Content.Json("Acceptance")) { Headers = [new("Location", "Where the job is."), new("Preference-Applied", "What of `Prefer` was followed.")] }],
        Problems = [ProblemCodes.NotAcceptable, ProblemCodes.Gone],
        RunsJobs = true,
    };
}
