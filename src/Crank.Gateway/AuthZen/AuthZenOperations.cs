using Crank.Gateway.Contract;

namespace Crank.Gateway.AuthZen;

/// <summary>What the contract says of <see cref="AuthZenEndpoints"/>.</summary>
internal static class AuthZenOperations
{
    private const string Question = """{"subject":{"type":"user","id":"alice"},"action":{"name":"invoke"},"resource":{"type":"capability","id":"echo"}}""";

    private static readonly Parameter s_id = Parameter.Header(RequestIds.Field, "Comes back as it is.", """{"type":"string","maxLength":256}""", "bfe9eb29-ab87-4ca3-be83-a1d5d8305716");

    private static readonly AnswerHeader s_echo = new(RequestIds.Field, "That of the request.");

    public static Operation Evaluate { get; } = new("evaluateAccess", ContractTags.Questions, "Ask whether a subject may act on a resource")
    {
        Description = "OpenID AuthZEN Authorization API 1.0. `data.crank.authzen.decision` of the policies in force decides; what it does not decide is denied. A denial is an answer of status 200.",
        Parameters = [s_id],
        Body = [Content.Json("AccessQuestion", Question)],
        Answers = [new(200, "The decision.", Content.Json("AccessDecision", """{"decision":true,"context":{"id":"06DBK3C9QG3R17QK2PMHVXM6Y4"}}""")) { Headers = [s_echo] }],
    };

    public static Operation EvaluateAll { get; } = new("evaluateAccesses", ContractTags.Questions, "Ask many such questions at once")
    {
        Description = "OpenID AuthZEN Authorization API 1.0. What stands beside `evaluations` is the standard for each of them. Without `evaluations` it is one question. One that is wrong is denied, and its `context.error` says why.",
        Parameters = [s_id],
        Body = [Content.Json("AccessQuestions", """{"subject":{"type":"user","id":"alice"},"action":{"name":"invoke"},"evaluations":[{"resource":{"type":"capability","id":"echo"}}],"options":{"evaluations_semantic":"execute_all"}}""")],
        Answers =
        [
            new(200, "The decisions, in the order of the questions; or the one.", Content.Json(
                """{"type":"object","properties":{"evaluations":{"type":"array","items":{"$ref":"#/components/schemas/AccessDecision"}},"decision":{"type":"boolean"},"context":{"type":"object"}}}""",
                """{"evaluations":[{"decision":false,"context":{"error":{"status":404,"message":"No policy decides this."}}}]}"""))
            {
                Headers = [s_echo],
            },
        ],
    };

    public static Operation Metadata { get; } = new("getAccessMetadata", ContractTags.Questions, "Where AuthZEN's endpoints are")
    {
        Answers =
        [
            new(200, "The metadata.", Content.Json(
                """{"type":"object","required":["policy_decision_point","access_evaluation_endpoint"],"properties":{"policy_decision_point":{"type":"string"},"access_evaluation_endpoint":{"type":"string"},"access_evaluations_endpoint":{"type":"string"}}}""")),
        ],
    };
}
