namespace Crank.Rego.Syntax;

/// <summary>An author; at least one of the two is there.</summary>
/// <param name="Name">Name, or empty.</param>
/// <param name="Email">E-mail address, or empty.</param>
public sealed record AnnotationAuthor(string Name, string Email);
