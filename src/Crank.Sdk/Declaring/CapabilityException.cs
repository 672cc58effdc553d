namespace Crank.Sdk;

/// <summary>The capability says that the job was not done, by one of its declared errors or as <c>bad-input</c>.</summary>
/// <param name="code">A code declared with <see cref="DeclaredErrorAttribute"/>, or <c>bad-input</c>.</param>
/// <param name="message">For the caller: what was wrong and what to try. Reaches people outside: no secrets, no paths.</param>
public sealed class CapabilityException(string code, string message) : Exception(message)
{
    /// <summary>The code.</summary>
    public string Code { get; } = code;
}
