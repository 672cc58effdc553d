namespace Crank.Session;

/// <summary>How a worker introduces itself.</summary>
/// <param name="Service">Name of the service it hosts.</param>
/// <param name="Version">Version of that service.</param>
/// <param name="Isolation">What it proved about its own confinement before any input, as tokens joined by <c>+</c>.</param>
/// <param name="Capabilities">Its capability descriptors, as UTF-8 JSON; the session does not look inside.</param>
/// <param name="Sdk">The version of the Sdk it was built with; null when it does not say.</param>
public sealed record WorkerHello(string Service, string Version, string Isolation, ReadOnlyMemory<byte> Capabilities, string? Sdk = null);
