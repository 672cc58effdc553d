namespace Crank.Gateway.Hosting;

/// <summary>The gateway will not listen there; the message says why and what to do.</summary>
public sealed class ListenRefusedException(string message) : Exception(message);
