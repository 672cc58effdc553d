using Crank.Core;
using Crank.Schema;

namespace Crank.Mesh.Catalogue;

/// <summary>A capability with its schemas compiled.</summary>
/// <param name="Capability">What it is.</param>
/// <param name="Input">Its input schema.</param>
/// <param name="Output">Its output schema.</param>
public sealed record CapabilityEntry(Capability Capability, JsonSchema Input, JsonSchema Output);
