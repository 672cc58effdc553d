namespace Crank.Node.Workers;

/// <summary>A worker did not start, or did not prove enough.</summary>
/// <param name="code">One of <see cref="WorkerErrors"/>.</param>
/// <param name="message">What was seen, and what to try.</param>
/// <param name="cause">What lay under it, where something did.</param>
public sealed class WorkerStartException(string code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>One of <see cref="WorkerErrors"/>.</summary>
    public string Code { get; } = code;
}
