namespace Crank.Rego.Syntax;

/// <summary>Text that is not YAML, or more YAML than metadata may use.</summary>
internal sealed class MetadataYamlException(int line, string message) : Exception(message)
{
    /// <summary>Line within the block, from 0.</summary>
    public int Line { get; } = line;
}
