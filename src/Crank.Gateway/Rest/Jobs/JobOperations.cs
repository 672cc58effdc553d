using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Invoke;

namespace Crank.Gateway.Rest.Jobs;

/// <summary>What the contract says of <see cref="JobEndpoints"/>.</summary>
internal static class JobOperations
{
    public const int LargestPage = 200;

    private static readonly string s_states = $$"""{"type":"string","enum":[{{string.Join(',', Enum.GetValues<JobState>().Select(s => $"\"{JobJson.Word(s)}\""))}}]}""";

    public static Operation List { get; } = new("listJobs", ContractTags.Jobs, "List jobs")
    {
        Description = "Those of the caller's tenant, newest first.",
        Parameters =
        [
            Parameter.Query("state", "Only those that stand there.", s_states, "done"), Parameter.Query("capability", "Only those of that name, in any version.", example: "echo"),
            Parameter.Query("principal", "Only those of that principal."), .. Described.Page(50, LargestPage),
        ],
        Answers = [Described.PageOf("Job", "A page of jobs.")],
    };

    public static Operation Submit { get; } = new("submitJob", ContractTags.Jobs, "Ask for a job that runs later")
    {
        Description = "When the answer is 202 the job is on disk, with the most that it may cost promised and set aside. It is authorised again when it starts.",
        Parameters = [InvokeOperations.Key],
        Body = [Content.Json("Submission", """{"capability":"echo","input":{"message":"hello"},"priority":"low"}""")],
        Answers = [new(202, "It is on disk.", Content.Json("Acceptance")) { Headers = [new("Location", "Where the job is.")] }],
        RunsJobs = true,
    };

    public static Operation Cancel { get; } = new("cancelJob", ContractTags.Jobs, "Take a job back")
    {
        Description = "It ends as cancelled and costs nothing, unless it was done first.",
        Parameters = [Described.Job],
        Answers = [new(204, "It had not started, and has ended."), new(202, "It runs, and is being stopped.")],
        Problems = [ProblemCodes.NotFound, ProblemCodes.Conflict],
    };

    public static Operation Events { get; } = new("watchJob", ContractTags.Jobs, "Watch a job")
    {
        Description =
            "Server-sent events named `state` and `progress`, beginning with where the job stands, until it has ended. Each has an id; `Last-Event-ID` goes on after one. "
            + "After the end the answer is 204, which tells a client to stop. A comment comes every 15 s.",
        Parameters = [Described.Job, Parameter.Header("Last-Event-ID", "The last event that was seen.", """{"type":"integer","minimum":0}""")],
        Answers = [new(200, "The events.", new Content("text/event-stream", """{"type":"string"}""")), new(204, "The job has ended and everything was seen.")],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation Get { get; } = new("getJob", ContractTags.Jobs, "Get a job")
    {
        Parameters = [Described.Job, Described.IfNoneMatch, Described.IfMatch],
        Answers = [new(200, "The job.", Content.Json("Job")) { Headers = [Described.ETag] }, Described.NotModified],
        Problems = [ProblemCodes.NotFound, ProblemCodes.PreconditionFailed],
    };

    public static Operation Result { get; } = new("getResult", ContractTags.Jobs, "Get the result of a job")
    {
        Description = "Kept for 24 hours. As JSON, or, when `Accept` asks for another media type and the result is one file, as its bytes. A job that was not done answers with its problem.",
        Parameters = [Described.Job],
        Answers = [new(200, "The result.", Content.Json("Result"), Content.Bytes("*/*")) { Headers = InvokeOperations.Receipt }],
        Problems = [ProblemCodes.NotFound, ProblemCodes.NotAcceptable, ProblemCodes.Conflict, ProblemCodes.Gone],
        RunsJobs = true,
    };

    public static Operation Output { get; } = new("getOutputFile", ContractTags.Jobs, "Get a file of a result")
    {
        Parameters = [Described.Job, Described.Blob, Described.IfNoneMatch, Described.IfMatch, Parameter.Header("Range", "One range of bytes; RFC 9110, section 14.")],
        Answers = [new(200, "The file.", Content.Bytes("*/*")) { Headers = [Described.ETag] }, new(206, "A part of it.", Content.Bytes("*/*")), Described.NotModified],
        Problems = [ProblemCodes.NotFound, ProblemCodes.PreconditionFailed, ProblemCodes.RangeNotSatisfiable],
    };

    public static Operation Receipt { get; } = new("getReceipt", ContractTags.Jobs, "Get the receipt of a job")
    {
        Description = "One self-contained file: signed statement, inclusion proof and checkpoint. `crank receipt verify` checks it offline with the key of `/v1/log/key`.",
        Parameters = [Described.Job, Described.IfNoneMatch, Described.IfMatch],
        Answers = [new(200, "The receipt.", Content.Json("""{"type":"object"}""")) { Headers = [Described.ETag] }, Described.NotModified],
        Problems = [ProblemCodes.NotFound, ProblemCodes.Conflict, ProblemCodes.PreconditionFailed],
    };

    public static Operation Explain { get; } = new("explainJob", ContractTags.Jobs, "Explain where a job went and why")
    {
        Description = "Makes the placement again from the receipt and the offers that it names, and says whether it comes out the same.",
        Parameters = [Described.Job],
        Answers = [new(200, "The explanation.", Content.Json("Explanation"))],
        Problems = [ProblemCodes.NotFound, ProblemCodes.Conflict],
    };
}
