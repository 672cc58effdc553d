using Crank.Gateway.Contract;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Rest.Capabilities;

/// <summary>What the contract says of <see cref="CapabilityEndpoints"/>.</summary>
internal static class CapabilityOperations
{
    public static Parameter Name { get; } = Parameter.Path(
        "capability", "The name, e.g. `doc.convert`, or name and least version, e.g. `doc.convert@1` or `doc.convert@1.2.0`: then the newest of the same major that is not older.",
        """{"type":"string","pattern":"^[a-z][a-z0-9.-]*(@[0-9]+(\\.[0-9]+){0,2})?$"}""", "echo");

    public static Operation List { get; } = new("listCapabilities", ContractTags.Capabilities, "List capabilities")
    {
        Description = "Every capability and version that can be run, with its schemas, price, limits and errors.",
        Parameters = [Described.IfNoneMatch, Described.IfMatch],
        Answers = [Described.PageOf("Capability", "All of them.") with { Headers = [Described.ETag] }, Described.NotModified],
        Problems = [ProblemCodes.PreconditionFailed],
    };

    public static Operation Get { get; } = new("getCapability", ContractTags.Capabilities, "Get a capability")
    {
        Parameters = [Name, Described.IfNoneMatch, Described.IfMatch],
        Answers = [new(200, "The capability.", Content.Json("Capability")) { Headers = [Described.ETag] }, Described.NotModified],
        Problems = [ProblemCodes.NotFound, ProblemCodes.PreconditionFailed],
    };
}
