namespace Crank.Rego.Syntax;

/// <summary>What a metadata block speaks of.</summary>
public enum AnnotationScope
{
    /// <summary>The rule that follows.</summary>
    Rule,

    /// <summary>All rules of the same path.</summary>
    Document,

    /// <summary>The package of the file.</summary>
    Package,

    /// <summary>The package and all below it.</summary>
    Subpackages,
}
