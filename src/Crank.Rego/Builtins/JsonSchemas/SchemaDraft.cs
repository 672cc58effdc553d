namespace Crank.Rego.Builtins.JsonSchemas;

/// <summary>The drafts of JSON Schema that OPA knows; <see cref="Hybrid"/>, where <c>$schema</c> names none, takes the keywords of all.</summary>
internal enum SchemaDraft
{
    Draft4 = 4,
    Draft6 = 6,
    Draft7 = 7,
    Hybrid = 99,
}
