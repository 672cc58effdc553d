using Crank.Gateway.Contract;

namespace Crank.Gateway.Rest.Mesh;

/// <summary>What the contract says of <see cref="MeshEndpoints"/> and <see cref="UsageEndpoints"/>.</summary>
internal static class MeshOperations
{
    public const int LargestPage = 1000;

    public static Operation Offers { get; } = new("listOffers", ContractTags.Mesh, "List the offers in force")
    {
        Description = "Who runs what, at which price, how fast and how clean. A missing figure is unknown.",
        Parameters = [Parameter.Query("capability", "Only those of that name.", example: "echo"), .. Described.Page(100, LargestPage)],
        Answers = [Described.PageOf("Offer", "A page of offers.")],
    };

    public static Operation Nodes { get; } = new("listNodes", ContractTags.Mesh, "List the machines that offer something")
    {
        Parameters = Described.Page(100, LargestPage),
        Answers = [Described.PageOf("Node", "A page of machines.")],
    };

    public static Operation Usage { get; } = new("getUsage", ContractTags.Usage, "Get what was used and charged")
    {
        Description = "By the caller's tenant, by capability and state, and what its account has.",
        Parameters = Described.Period("Jobs that were accepted"),
        Answers = [new(200, "The usage.", Content.Json("Usage"))],
    };

    public static Operation Carbon { get; } = new("getCarbon", ContractTags.Usage, "Get what was emitted")
    {
        Description = "Energy and emissions of the jobs of the caller's tenant, as their receipts say them.",
        Parameters = Described.Period("Jobs that were accepted"),
        Answers = [new(200, "The emissions.", Content.Json("Carbon"))],
    };
}
