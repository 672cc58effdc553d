namespace Crank.Mesh.Authorize;

/// <summary>The names that topics have in policies and in logs. A name never changes its meaning.</summary>
public static class PolicyTopics
{
    /// <summary>Every topic that a gate asks about.</summary>
    public static IReadOnlyList<PolicyTopic> All { get; } = [PolicyTopic.Job, PolicyTopic.Offer, PolicyTopic.Admin, PolicyTopic.Export, PolicyTopic.Call];

    /// <summary>The package whose rule <c>decision</c> answers, e.g. <c>crank.access</c>.</summary>
    public static string Package(this PolicyTopic topic) => topic switch
    {
        PolicyTopic.Job => "crank.access",
        PolicyTopic.Offer => "crank.offers",
        PolicyTopic.Admin => "crank.admin",
        PolicyTopic.Export => "crank.exports",
        PolicyTopic.Call => "crank.calls",
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic, "There is no such topic."),
    };

    /// <summary>The query that is asked, e.g. <c>data.crank.access.decision</c>.</summary>
    public static string Query(this PolicyTopic topic) => topic switch
    {
        PolicyTopic.Job => "data.crank.access.decision",
        PolicyTopic.Offer => "data.crank.offers.decision",
        PolicyTopic.Admin => "data.crank.admin.decision",
        PolicyTopic.Export => "data.crank.exports.decision",
        PolicyTopic.Call => "data.crank.calls.decision",
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic, "There is no such topic."),
    };

    /// <summary>The word for it in inputs and logs, e.g. <c>job</c>.</summary>
    public static string Name(this PolicyTopic topic) => topic switch
    {
        PolicyTopic.Job => "job",
        PolicyTopic.Offer => "offer",
        PolicyTopic.Admin => "admin",
        PolicyTopic.Export => "export",
        PolicyTopic.Call => "call",
        PolicyTopic.Question => "question",
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic, "There is no such topic."),
    };
}
