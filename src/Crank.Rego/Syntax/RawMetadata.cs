namespace Crank.Rego.Syntax;

/// <summary>A metadata block before it is known what it is attached to.</summary>
internal sealed record RawMetadata(Location At, string Scope, bool Entrypoint, Annotation Rest);
