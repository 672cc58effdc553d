namespace Crank.Sdk;

/// <summary>Declares a way in which the capability says that a job was not done. Thrown as <see cref="CapabilityException"/> of the same code.</summary>
/// <param name="code">What callers match on, such as <c>encrypted</c>.</param>
/// <param name="meaning">When it happens and what to try.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class DeclaredErrorAttribute(string code, string meaning) : Attribute
{
    /// <summary>The code.</summary>
    public string Code { get; } = code;

    /// <summary>When it happens and what to try.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>True when the same job may succeed on another offer. Default false: the fault is in the input.</summary>
    public bool Retryable { get; init; }
}
