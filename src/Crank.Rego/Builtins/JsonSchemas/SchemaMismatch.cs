namespace Crank.Rego.Builtins.JsonSchemas;

/// <summary>One way in which a document does not match a schema.</summary>
/// <param name="Field">Where, from the root with dots.</param>
/// <param name="Type">What kind of mismatch.</param>
/// <param name="Description">In words.</param>
internal readonly record struct SchemaMismatch(string Field, string Type, string Description);
