using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Crank.Rego.Syntax;

/// <summary>One parsed file. Immutable; equality is identity.</summary>
/// <param name="Source">The text it was read from.</param>
/// <param name="Package">Its package.</param>
/// <param name="Imports">Its imports, in order.</param>
/// <param name="Rules">Its rules, in order.</param>
/// <param name="Annotations">All its <c># METADATA</c> blocks, in order.</param>
/// <param name="Comments">All its comments, in order.</param>
public sealed record Module(
    SourceText Source,
    Package Package,
    ImmutableArray<Import> Imports,
    ImmutableArray<Rule> Rules,
    ImmutableArray<Annotation> Annotations,
    ImmutableArray<Comment> Comments)
{
    /// <inheritdoc/>
    public bool Equals(Module? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <summary>Rego source for this module, comments left out.</summary>
    public override string ToString() => Printer.Print(this);
}
