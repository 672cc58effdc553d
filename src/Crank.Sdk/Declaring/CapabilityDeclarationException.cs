namespace Crank.Sdk;

/// <summary>A capability is declared wrongly: found when its description is first made, so in its first test.</summary>
/// <param name="capability">The class at fault.</param>
/// <param name="problem">What is wrong and how to put it right.</param>
/// <param name="cause">What lay under it, where something did.</param>
public sealed class CapabilityDeclarationException(Type capability, string problem, Exception? cause = null)
    : Exception($"{capability.Name}: {problem}", cause);
