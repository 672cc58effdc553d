namespace Crank.Mesh.Catalogue;

/// <summary>A parameter does not fit the input schema of its capability.</summary>
/// <param name="name">Which.</param>
/// <param name="message">What was wrong.</param>
/// <param name="hint">What to try.</param>
/// <param name="isName">True when the name is wrong, or stands twice; false when the value is.</param>
public sealed class ParameterException(string name, string message, string hint = "", bool isName = false) : Exception(message)
{
    /// <summary>Which parameter.</summary>
    public string Name { get; } = name;

    /// <summary>What to try.</summary>
    public string Hint { get; } = hint;

    /// <summary>True when the name is wrong, or stands twice; false when the value is.</summary>
    public bool IsName { get; } = isName;
}
