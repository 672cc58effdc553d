namespace Crank.Rego.Syntax;

/// <summary>One part of a template string: a constant term, or an expression whose undefined is written <c>&lt;undefined&gt;</c>.</summary>
public sealed class TemplatePart
{
    /// <param name="term">A constant.</param>
    public TemplatePart(Term term) => Term = term;

    /// <param name="expr">An expression between braces.</param>
    public TemplatePart(Expr expr) => Expr = expr;

    /// <summary>The constant, or null.</summary>
    public Term? Term { get; }

    /// <summary>The expression, or null.</summary>
    public Expr? Expr { get; }
}
