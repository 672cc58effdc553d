using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Registry;

/// <summary>One service that registered, as it stands at one moment.</summary>
/// <param name="Id">Names it for as long as it stays; attempts on receipts name workers that begin with it.</param>
/// <param name="Facts">What is known of it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Capabilities">What it can do.</param>
/// <param name="Offers">What it offers while it serves.</param>
/// <param name="JoinedAt">When it registered.</param>
/// <param name="Health">What its checks came to; null before the first.</param>
/// <param name="LeaseUntil">Until when it counts as there without another sign of life; null for workers that this process starts.</param>
public sealed record Registration(
    WorkerId Id, ServiceFacts Facts, ServiceState State, ImmutableArray<Capability> Capabilities, ImmutableArray<Offer> Offers, DateTimeOffset JoinedAt,
    HealthReport? Health = null, DateTimeOffset? LeaseUntil = null);
