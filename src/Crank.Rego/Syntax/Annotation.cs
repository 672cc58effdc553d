using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Crank.Rego.Syntax;

/// <summary>One <c># METADATA</c> block.</summary>
/// <param name="At">Where the line <c># METADATA</c> stands.</param>
public sealed record Annotation(Location At)
{
    /// <summary>What it speaks of.</summary>
    public AnnotationScope Scope { get; init; }

    /// <summary>Title, or empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>Description, or empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Is the document or package meant to be asked from outside?</summary>
    public bool Entrypoint { get; init; }

    /// <summary>Organizations in order.</summary>
    public ImmutableArray<string> Organizations { get; init; } = [];

    /// <summary>Authors in order.</summary>
    public ImmutableArray<AnnotationAuthor> Authors { get; init; } = [];

    /// <summary>Related resources in order.</summary>
    public ImmutableArray<AnnotationResource> RelatedResources { get; init; } = [];

    /// <summary>JSON schemas declared for documents.</summary>
    public ImmutableArray<AnnotationSchema> Schemas { get; init; } = [];

    /// <summary>The <c>custom</c> mapping; empty when there was none.</summary>
    public JsonObject Custom { get; init; } = [];

    /// <summary>Path of the package or rule it is attached to (constant part only).</summary>
    public required Term.Ref Target { get; init; }

    /// <summary>Where the package or rule that it is attached to stands.</summary>
    public required Location TargetAt { get; init; }

    /// <summary>Row of its last line.</summary>
    public int LastRow { get; init; }

    /// <summary>The block as JSON, with the member names and left-out empties of OPA 1.x.</summary>
    public JsonObject ToJson() => AnnotationJson.Of(this);
}
