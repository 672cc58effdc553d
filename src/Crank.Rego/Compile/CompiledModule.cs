using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>A module after compilation.</summary>
/// <param name="Source">The module as it was read.</param>
/// <param name="Rules">Its rules as compiled, in the order of the source.</param>
public sealed record CompiledModule(Module Source, ImmutableArray<Rule> Rules);
