using System.Collections.Immutable;

namespace Crank.Gateway.Contract;

/// <summary>An answer that is no problem.</summary>
/// <param name="Status">HTTP status below 400.</param>
/// <param name="Description">What it means.</param>
/// <param name="Contents">Its body, by media type; none for no body.</param>
internal sealed record Answer(int Status, string Description, params ImmutableArray<Content> Contents)
{
    /// <summary>Header fields that carry meaning.</summary>
    public ImmutableArray<AnswerHeader> Headers { get; init; } = [];

    /// <summary>True when the body may be absent; OpenAPI has no word for it, so it is <c>x-body-optional</c>.</summary>
    public bool BodyOptional { get; init; }
}
