using System.Collections.Immutable;

namespace Crank.Gateway.Contract;

/// <summary>The groups of operations, in the order in which they are shown.</summary>
internal static class ContractTags
{
    public const string Capabilities = "Capabilities";
    public const string Jobs = "Jobs";
    public const string Blobs = "Blobs";
    public const string Usage = "Usage";
    public const string Log = "Log";
    public const string Identity = "Identity";
    public const string Webhooks = "Webhooks";
    public const string Policy = "Policy";
    public const string Services = "Services";
    public const string Mesh = "Mesh";
    public const string Questions = "Policy questions";
    public const string Agents = "Agents";
    public const string Health = "Health";
    public const string Contract = "Contract";

    /// <summary>Name and meaning.</summary>
    public static ImmutableArray<(string Name, string Description)> All { get; } =
    [
        (Capabilities, "What can be run, at which price, and running it."),
        (Jobs, "Jobs that were asked for: their state, events, results, receipts and explanations."),
        (Blobs, "Files, named by the SHA-256 of their bytes."),
        (Usage, "What was used and charged."),
        (Log, "The transparency log: its newest checkpoint and proofs that a receipt is in it."),
        (Identity, "Keys, principals, tenants and who is asking."),
        (Webhooks, "Calls to others when a job ends."),
        (Policy, "What governs the mesh: the policy in force, its exceptions, and the lockdown."),
        (Services, "Services and workers that are registered, their health and their share of the traffic."),
        (Mesh, "The mesh itself: nodes, offers, objectives and how they are kept."),
        (Questions, "Asking the policies in force, as OPA's and AuthZEN's clients do."),
        (Agents, "Protocols that agents and models speak."),
        (Health, "Whether it lives and whether it can run jobs."),
        (Contract, "This description."),
    ];
}
