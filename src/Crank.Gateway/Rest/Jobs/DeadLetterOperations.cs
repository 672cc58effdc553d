using Crank.Gateway.Contract;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Rest.Jobs;

/// <summary>What the contract says of <see cref="DeadLetterEndpoints"/>.</summary>
internal static class DeadLetterOperations
{
    public static Operation List { get; } = new("listDeadLetters", ContractTags.Jobs, "List jobs that were not done")
    {
        Description = "Those of the caller's tenant that were accepted and ended otherwise than done or cancelled, newest first, each until its `queue.deadUntil`.",
        Parameters = Described.Page(50, JobOperations.LargestPage),
        Answers = [Described.PageOf("Job", "A page of jobs.")],
    };

    public static Operation Requeue { get; } = new("requeueDeadLetter", ContractTags.Jobs, "Ask for a job that was not done again")
    {
        Description = "A new job with the same input and terms takes the place of the dead letter: decided and priced as of now. When it is refused the dead letter stays.",
        Parameters = [Described.Job],
        Answers = [new(202, "It is on disk.", Content.Json("Acceptance")) { Headers = [new("Location", "Where the new job is.")] }],
        Problems = [ProblemCodes.NotFound, ProblemCodes.Gone],
        RunsJobs = true,
    };

    public static Operation Remove { get; } = new("removeDeadLetter", ContractTags.Jobs, "Remove a job that was not done")
    {
        Description = "Its input goes; the job and its receipt stay.",
        Parameters = [Described.Job],
        Answers = [new(204, "It is removed.")],
        Problems = [ProblemCodes.NotFound],
    };
}
