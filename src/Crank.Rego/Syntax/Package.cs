namespace Crank.Rego.Syntax;

/// <summary><c>package a.b</c></summary>
/// <param name="At">Where it stands.</param>
/// <param name="Path"><c>data</c> and string keys.</param>
public sealed record Package(Location At, Term.Ref Path);
