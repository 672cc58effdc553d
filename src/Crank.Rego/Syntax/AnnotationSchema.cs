using System.Text.Json.Nodes;

namespace Crank.Rego.Syntax;

/// <summary>A JSON schema declared for a document.</summary>
/// <param name="Path">The document, e.g. <c>input.user</c>.</param>
/// <param name="Schema">The schema's name, e.g. <c>schema.user</c>; null when <paramref name="Definition"/> is given.</param>
/// <param name="Definition">The schema itself; null when named.</param>
public sealed record AnnotationSchema(Term.Ref Path, Term.Ref? Schema, JsonNode? Definition);
