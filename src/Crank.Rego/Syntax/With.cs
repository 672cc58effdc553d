namespace Crank.Rego.Syntax;

/// <summary><c>with target as value</c></summary>
/// <param name="At">Where it stands.</param>
/// <param name="Target">A reference to <c>input…</c>, <c>data…</c> or a function.</param>
/// <param name="Value">What stands in its place; for a function target possibly a reference to another function.</param>
public sealed record With(Location At, Term Target, Term Value);
