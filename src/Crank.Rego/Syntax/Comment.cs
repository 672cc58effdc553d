namespace Crank.Rego.Syntax;

/// <summary>A comment to the end of its line.</summary>
/// <param name="At">Where its <c>#</c> stands.</param>
/// <param name="Text">Everything after the <c>#</c>.</param>
public sealed record Comment(Location At, string Text);
