using System.Collections.Immutable;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Contract;

/// <summary>What an endpoint does, as <c>/openapi/v1.json</c> tells it. The path, the method, the scope and the problems that every operation has come by themselves.</summary>
/// <param name="Id">The name of the operation in generated clients, in camelCase; never changes.</param>
/// <param name="Tag">The group; one of <see cref="ContractTags"/>.</param>
/// <param name="Summary">A few words without a full stop.</param>
internal sealed record Operation(string Id, string Tag, string Summary)
{
    /// <summary>More, as CommonMark.</summary>
    public string Description { get; init; } = "";

    /// <summary>What is taken outside the body. Every part of the route is one.</summary>
    public ImmutableArray<Parameter> Parameters { get; init; } = [];

    /// <summary>The bodies that are taken, one of them; none for no body.</summary>
    public ImmutableArray<Content> Body { get; init; } = [];

    /// <summary>False when the body may be left out.</summary>
    public bool BodyRequired { get; init; } = true;

    /// <summary>Every answer below 400.</summary>
    public ImmutableArray<Answer> Answers { get; init; } = [];

    /// <summary>The problems beyond those of every operation (400, 401, 403, 429, 500, 503; with a body 408, 413, 415).</summary>
    public ImmutableArray<ProblemCode> Problems { get; init; } = [];

    /// <summary>True when it takes a job down the path and so may answer with every refusal of it.</summary>
    public bool RunsJobs { get; init; }
}
