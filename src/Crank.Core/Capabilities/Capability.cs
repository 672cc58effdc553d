using System.Collections.Immutable;
using System.Text.Json;

namespace Crank.Core;

/// <summary>A named, versioned function that workers offer: what it takes, gives, may use, costs by default and how it fails.</summary>
/// <param name="Id">Name and version.</param>
/// <param name="Summary">One sentence for people and agents.</param>
/// <param name="Input">JSON Schema 2020-12 of the input.</param>
/// <param name="Output">JSON Schema 2020-12 of the output.</param>
/// <param name="BlobInput">The one input member that holds a blob, which a file on the command line fills; null when there is none or several.</param>
/// <param name="BlobOutput">The one output member that holds a blob, which goes to standard output; null when there is none or several.</param>
/// <param name="Limits">What one job may use at most.</param>
/// <param name="Errors">How it says that a job was not done.</param>
/// <param name="Price">The price book line that the service ships.</param>
/// <param name="Concurrent">True when one worker may run several jobs of it at once, so that a killed worker could take several with it.</param>
/// <param name="Idempotent">True when running it twice is as good as once, so that it may be run again although nobody knows how far a run got.</param>
public sealed record Capability(
    CapabilityVersion Id,
    string Summary,
    JsonElement Input,
    JsonElement Output,
    string? BlobInput,
    string? BlobOutput,
    Limits Limits,
    ImmutableArray<DeclaredError> Errors,
    Price Price,
    bool Concurrent,
    bool Idempotent = false);
