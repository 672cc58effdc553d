namespace Crank.Gateway.Quotas;

/// <summary>Metadata of an endpoint that runs a capability while its caller waits: it takes a place at the capability's door.</summary>
/// <param name="Route">The part of the route with the capability's name.</param>
internal sealed record BehindDoor(string Route);
