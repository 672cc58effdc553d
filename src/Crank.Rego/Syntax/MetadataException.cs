namespace Crank.Rego.Syntax;

/// <summary>A metadata block that cannot be read.</summary>
internal sealed class MetadataException(Location at, string message) : Exception(message)
{
    public Location At { get; } = at;
}
