namespace Crank.Gateway.Contract;

/// <summary>Metadata of an endpoint that is no operation of the API.</summary>
/// <param name="Why">Why programs do not need it described.</param>
internal sealed record LeftOut(string Why);
