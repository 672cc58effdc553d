using System.Globalization;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Makes names for variables of the compiler that no source uses.</summary>
internal sealed class LocalNames(HashSet<string> taken, string prefix)
{
    private readonly HashSet<string> _taken = taken;
    private int _next;

    public string Next()
    {
        while (true)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{_next++}__");
            if (!_taken.Contains(name))
                return name;
        }
    }

    public Term.Var NextVar(Location at) => new(at, Next());

    /// <summary><c>__localN__ = term</c>, and the variable.</summary>
    public (Expr Equality, Term.Var Variable) Capture(Term term)
    {
        var variable = NextVar(term.At);
        return (Make.Equality(term.At, variable, term) with { Generated = true }, variable);
    }
}
