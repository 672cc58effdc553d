using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Renames variables.</summary>
internal sealed class Renamer(IReadOnlyDictionary<string, string> names) : Mapper
{
    public override Term Map(Term term) =>
        term is Term.Var v ? names.TryGetValue(v.Name, out var name) && name != v.Name ? new Term.Var(v.At, name) : v : base.Map(term);
}
