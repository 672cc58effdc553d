using System.Collections.Immutable;
using System.Net;

namespace Crank.Trust.Certificates;

/// <summary>What a certificate for a server or a client should say.</summary>
/// <param name="Hosts">DNS names; empty for a client.</param>
/// <param name="Addresses">IP addresses; empty for a client.</param>
/// <param name="Workload">The SPIFFE id; null for none.</param>
/// <param name="Lifetime">How long it is good, at most <see cref="DevelopmentAuthority.MaxLeaf"/>.</param>
public sealed record LeafRequest(ImmutableArray<string> Hosts, ImmutableArray<IPAddress> Addresses, SpiffeId? Workload, TimeSpan Lifetime);
