namespace Crank.Rego.Syntax;

/// <summary><c>import path as alias</c></summary>
/// <param name="At">Where it stands.</param>
/// <param name="Path">Begins with <c>data</c>, <c>input</c>, <c>future</c> or <c>rego</c>.</param>
/// <param name="Alias">The alias, or null.</param>
public sealed record Import(Location At, Term.Ref Path, string? Alias)
{
    /// <summary>What the import is called in the module: the alias, or the last key of the path.</summary>
    public string Name => Alias ?? Path.Path[^1] switch
    {
        Term.String s => s.Value,
        Term.Var v => v.Name,
        _ => "",
    };
}
