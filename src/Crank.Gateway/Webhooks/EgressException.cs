namespace Crank.Gateway.Webhooks;

/// <summary>An address that may not be called out to.</summary>
internal sealed class EgressException(string message) : Exception(message);
