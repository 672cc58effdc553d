namespace Crank.Rego.Decide;

/// <summary>The text of one policy module.</summary>
/// <param name="Name">Its file name, for messages.</param>
/// <param name="Text">The Rego text.</param>
public sealed record PolicySource(string Name, string Text);
