namespace Crank.Gateway.Agents;

/// <summary>An agent asked in a way that cannot be turned into a job; no job exists.</summary>
/// <param name="message">What was wrong.</param>
/// <param name="hint">What to try.</param>
internal sealed class AgentRequestException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;
}
