using Crank.Gateway.Contract;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Webhooks;

/// <summary>What the contract says of <see cref="WebhookEndpoints"/>.</summary>
internal static class WebhookOperations
{
    private static readonly Parameter s_id = Parameter.Path("id", "The id of the webhook.", """{"type":"string","minLength":1,"maxLength":64}""");

    public static Operation List { get; } = new("listWebhooks", ContractTags.Webhooks, "List webhooks")
    {
        Answers = [new(200, "The webhooks.", Content.Json("""{"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"$ref":"#/components/schemas/Webhook"}}}}"""))],
    };

    public static Operation Create { get; } = new("createWebhook", ContractTags.Webhooks, "Be told when jobs end")
    {
        Description = "Events are CloudEvents 1.0 in JSON, signed as Standard Webhooks 1.0 has it. The answer is the only place where the secret is shown.",
        Body = [Content.Json("NewWebhook", """{"url":"https://example.com/hook","events":["dev.crank.job.done"]}""")],
        Answers = [new(201, "The webhook, with its secret.", Content.Json("Webhook")) { Headers = [new("Location", "Where it is.")] }],
        Problems = [ProblemCodes.BadInput, ProblemCodes.Conflict],
    };

    public static Operation Get { get; } = new("getWebhook", ContractTags.Webhooks, "See a webhook")
    {
        Parameters = [s_id],
        Answers = [new(200, "The webhook, without its secret.", Content.Json("Webhook"))],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation Remove { get; } = new("removeWebhook", ContractTags.Webhooks, "Remove a webhook")
    {
        Description = "Events on their way to it are dropped.",
        Parameters = [s_id],
        Answers = [new(204, "It is removed.")],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation Rotate { get; } = new("rotateWebhook", ContractTags.Webhooks, "Give a webhook a new secret")
    {
        Description = "Both secrets sign for a while, so that a receiver can change over. A webhook that was switched off is on again.",
        Parameters = [s_id],
        Answers = [new(200, "The webhook, with its new secret.", Content.Json("Webhook"))],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation Ping { get; } = new("pingWebhook", ContractTags.Webhooks, "Try a webhook out")
    {
        Parameters = [s_id],
        Answers = [new(202, "An event of type `dev.crank.ping` is on its way.", Content.Json("""{"type":"object","required":["event"],"properties":{"event":{"type":"string"}}}"""))],
        Problems = [ProblemCodes.NotFound],
    };

    public static Operation Deliveries { get; } = new("listDeliveries", ContractTags.Webhooks, "See what was not delivered")
    {
        Description = "Events on their way and those that failed for good, which stay listed for a while; at most 100.",
        Parameters = [s_id],
        Answers = [new(200, "The events.", Content.Json("""{"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"$ref":"#/components/schemas/Delivery"}}}}"""))],
        Problems = [ProblemCodes.NotFound],
    };
}
