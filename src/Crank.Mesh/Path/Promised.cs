using Crank.Core;

namespace Crank.Mesh.Path;

/// <summary>What a queued job was promised, as its row keeps it; the ceiling is that of <see cref="AskedTerms"/>.</summary>
/// <param name="Decision">The answer of the policy at acceptance.</param>
/// <param name="StartedAt">When it was decided and placed again; null before.</param>
internal sealed record Promised(Decision Decision, DateTimeOffset? StartedAt);
