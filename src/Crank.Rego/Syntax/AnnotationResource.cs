namespace Crank.Rego.Syntax;

/// <summary>A related resource.</summary>
/// <param name="Ref">Its URL as written.</param>
/// <param name="Description">Description, or empty.</param>
public sealed record AnnotationResource(string Ref, string Description);
