using System.Collections.Immutable;
using Crank.Gateway.Contract;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Opa;

/// <summary>What the contract says of the endpoints that speak as OPA does.</summary>
internal static class OpaOperations
{
    private const string Common = "As OPA 1.x answers it; `docs/policy-neighbours.md` names what differs. ";
    private const string Input = """{"type":"object","properties":{"input":{"description":"Any JSON value: what the policy calls `input`."}}}""";

    private static readonly Parameter s_path = Parameter.Path(
        "path", "The document below `data`, its keys parted by slashes. A slash inside a key is `%2F`.", """{"type":"string","minLength":1,"maxLength":1000}""", "crank/access/decision");

    private static readonly Parameter s_name = Parameter.Path("id", "The policy's name, which may hold slashes.", """{"type":"string","minLength":1,"maxLength":200}""", "example/app.rego");

    private static readonly Answer s_document = new(200, "The document; without `result` when it is undefined.", Content.Json("OpaDocument", """{"decision_id":"06DBK3C9QG3R17QK2PMHVXM6Y4","result":{"allow":true}}"""));

    private static readonly Answer s_answers = new(
        200, "One object for each answer, from variable to value; without `result` when there is none.",
        Content.Json("""{"type":"object","properties":{"result":{"type":"array","items":{"type":"object"}},"metrics":{"type":"object"}}}""", """{"result":[{"x":1}]}"""));

    private static readonly Answer s_changed = new(200, "Done.", Content.Json("""{"type":"object","properties":{"metrics":{"type":"object"}}}""", "{}"));

    private static readonly Answer s_value = new(200, "The document alone.", Content.Json("""{"description":"Any JSON value."}""", "true"));

    public static Operation GetRoot { get; } = GetOf("getPolicyData", "Get all documents", []);

    public static Operation Get { get; } = GetOf("getPolicyDocument", "Get a document", [s_path]);

    public static Operation AskRoot { get; } = AskOf("askPolicyData", "Ask for all documents", []);

    public static Operation Ask { get; } = AskOf("askPolicyDocument", "Ask for a document with an input", [s_path]);

    public static Operation AskBare { get; } = new("askBareDocument", ContractTags.Questions, "Ask for a document with the body as its input")
    {
        Description = Common + "The answer is the document alone; 404 when it is undefined.",
        Parameters = [s_path, .. OpaQuery.Described],
        Body = [Content.Json("{}", "{}")],
        BodyRequired = false,
        Answers = [s_value],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation AskMain { get; } = new("askMainDocument", ContractTags.Questions, "Ask for the default decision with the body as its input")
    {
        Description = Common + "The default decision is `data.system.main`; 404 when it is undefined.",
        Parameters = OpaQuery.Described,
        Body = [Content.Json("{}", "{}")],
        BodyRequired = false,
        Answers = [s_value],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation QueryGet { get; } = new("getPolicyQuery", ContractTags.Questions, "Answer a query")
    {
        Description = Common,
        Parameters = [new("query", "q", "The query in Rego.", """{"type":"string","minLength":1,"maxLength":4000}""", true, "x := 1 + 1"), .. OpaQuery.Described],
        Answers = [s_answers],
    };

    public static Operation Query { get; } = new("askPolicyQuery", ContractTags.Questions, "Answer a query with an input")
    {
        Description = Common,
        Parameters = OpaQuery.Described,
        Body =
        [
            Content.Json(
                """{"type":"object","required":["query"],"properties":{"query":{"type":"string","minLength":1,"maxLength":16384},"input":{"description":"Any JSON value."}}}""", """{"query":"x := input.y","input":{"y":1}}"""),
        ],
        Answers = [s_answers],
    };

    public static Operation ListPolicies { get; } = new("listPolicies", ContractTags.Questions, "List the policies that are asked")
    {
        Description = Common,
        Parameters = OpaQuery.Described,
        Answers = [new(200, "Every policy, with its text and its tree.", Content.Json("""{"type":"object","required":["result"],"properties":{"result":{"type":"array","items":{"$ref":"#/components/schemas/OpaPolicy"}}}}"""))],
    };

    public static Operation GetPolicy { get; } = new("getPolicyText", ContractTags.Questions, "Get a policy")
    {
        Description = Common,
        Parameters = [s_name, .. OpaQuery.Described],
        Answers = [new(200, "The policy.", Content.Json("""{"type":"object","required":["result"],"properties":{"result":{"$ref":"#/components/schemas/OpaPolicy"}}}"""))],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation PutPolicy { get; } = new("putPolicy", ContractTags.Questions, "Put a policy beside the set in force")
    {
        Description = Common + "It never takes part in a decision of the gate: its package must lie apart from every package and document of the set in force. All policies that were put are compiled together; when they do not compile, nothing changes.",
        Parameters = [s_name, .. OpaQuery.Described],
        Body = [new("text/plain", """{"type":"string","maxLength":65536}""", "\"package example\\n\\nallow := true\\n\"")],
        Answers = [s_changed],
        Problems = [ProblemCodes.StorageFailed],
    };

    public static Operation RemovePolicy { get; } = new("removePolicy", ContractTags.Questions, "Remove a policy that was put")
    {
        Description = Common,
        Parameters = [s_name, .. OpaQuery.Described],
        Answers = [s_changed],
        Problems = [ProblemCodes.NotFound, ProblemCodes.StorageFailed],
    };

    public static Operation Health { get; } = new("getPolicyHealth", ContractTags.Questions, "Whether policies can be asked")
    {
        Description = Common + "`/readyz` tells whether jobs can be run.",
        Parameters =
        [
            Parameter.Query("bundles", "Also whether there is a set in force.", """{"type":"boolean"}"""), Parameter.Query("plugins", "Also whether the policies that were put stand.", """{"type":"boolean"}"""),
            Parameter.Query("exclude-plugin", "One that does not count: `put_policies`."),
        ],
        Answers = [new(200, "They can.", Content.Json("""{"type":"object"}""", "{}"))],
    };

    public static Operation Config { get; } = StateOf("getPolicyConfig", "What is configured, as OPA tells it");

    public static Operation Status { get; } = StateOf("getPolicyStatus", "Which revision is in force, as OPA tells it");

    private static Operation GetOf(string id, string summary, ImmutableArray<Parameter> path) => new(id, ContractTags.Questions, summary)
    {
        Description = Common,
        Parameters = [.. path, Parameter.Query("input", "The input, as JSON.", """{"type":"string"}""", "{}"), .. OpaQuery.Described],
        Answers = [s_document],
    };

    private static Operation AskOf(string id, string summary, ImmutableArray<Parameter> path) => new(id, ContractTags.Questions, summary)
    {
        Description = Common,
        Parameters = [.. path, .. OpaQuery.Described],
        Body = [Content.Json(Input, """{"input":{"user":"alice"}}""")],
        BodyRequired = false,
        Answers = [s_document],
    };

    private static Operation StateOf(string id, string summary) => new(id, ContractTags.Questions, summary)
    {
        Description = Common,
        Parameters = OpaQuery.Described,
        Answers = [new(200, "So.", Content.Json("""{"type":"object","required":["result"],"properties":{"result":{"type":"object"}}}"""))],
    };
}
