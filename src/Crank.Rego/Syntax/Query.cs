using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <summary>A parsed query.</summary>
/// <param name="Source">The text it was read from.</param>
/// <param name="Body">Its expressions; never empty.</param>
public sealed record Query(SourceText Source, ImmutableArray<Expr> Body);
