using Crank.Gateway.Contract;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Rest.Rollouts;

/// <summary>What the contract says of <see cref="RolloutEndpoints"/>.</summary>
internal static class RolloutOperations
{
    public const int LargestPage = 200;

    private static readonly Parameter s_capability = Parameter.Path("capability", "The name of the capability, without a version.", """{"type":"string","pattern":"^[a-z0-9][a-z0-9._-]{0,62}$"}""", "echo");

    public static Operation List { get; } = new("listRollouts", ContractTags.Services, "List rollouts of new versions")
    {
        Description = "By capability, with what the jobs of both versions came to lately.",
        Parameters = Described.Page(50, LargestPage),
        Answers = [Described.PageOf("Rollout", "A page of rollouts.")],
    };

    public static Operation Get { get; } = new("getRollout", ContractTags.Services, "See a rollout")
    {
        Parameters = [s_capability],
        Answers = [new(200, "The rollout.", Content.Json("Rollout"))],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation Put { get; } = new("putRollout", ContractTags.Services, "Roll a new version out")
    {
        Description =
            "From then on the new version gets its share of the jobs that name no version, and loses it when it breaks a limit. It need not be there yet. The same rollout again changes nothing; another one begins anew. "
            + "Who names one of the two versions gets that one.",
        Parameters = [s_capability],
        Body = [Content.Json("RolloutBody", """{"stable":"1.0.0","candidate":"1.1.0","steps":[5,25,100],"stepFor":"10m","limits":{"maxErrorRate":0.02,"maxP95Ratio":1.5,"minJobs":50}}""")],
        Answers = [new(200, "It is in force.", Content.Json("Rollout"))],
        Problems = [ProblemCodes.NotFound, ProblemCodes.BadInput, ProblemCodes.Conflict],
    };

    public static Operation Decide { get; } = new("decideRollout", ContractTags.Services, "Promote a new version, or roll it back")
    {
        Description = "`promote` takes the next step, and after the last one ends the rollout for the new version; `roll-back` ends it for the stable one.",
        Parameters = [s_capability],
        Body = [Content.Json("""{"type":"object","required":["answer"],"properties":{"answer":{"enum":["promote","roll-back"]}},"additionalProperties":false}""", """{"answer":"roll-back"}""")],
        Answers = [new(200, "It is in force.", Content.Json("Rollout"))],
        Problems = [ProblemCodes.NotFound, ProblemCodes.BadInput, ProblemCodes.Conflict],
    };

    public static Operation Remove { get; } = new("removeRollout", ContractTags.Services, "Remove a rollout")
    {
        Description = "From then on the newest version that somebody offers gets all jobs that name none, a new version that was rolled back too.",
        Parameters = [s_capability],
        Answers = [new(204, "It is removed.")],
        Problems = [ProblemCodes.NotFound],
    };
}
