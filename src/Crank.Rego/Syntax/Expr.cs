using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Crank.Rego.Syntax;

/// <summary>One condition of a body. Immutable; equality is identity.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Form">What it says.</param>
public sealed record Expr(Location At, ExprForm Form)
{
    /// <summary>Written with <c>not</c> before it?</summary>
    public bool Negated { get; init; }

    /// <summary>Made by the compiler?</summary>
    public bool Generated { get; init; }

    /// <summary>The <c>with</c> modifiers in order.</summary>
    public ImmutableArray<With> With { get; init; } = [];

    /// <summary>Its place in the body it stands in, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Levels of nesting.</summary>
    public int Height
    {
        get
        {
            var tallest = Form.Height;
            foreach (var with in With)
                tallest = Math.Max(tallest, Math.Max(with.Target.Height, with.Value.Height));
            return tallest;
        }
    }

    /// <inheritdoc/>
    public bool Equals(Expr? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <summary>Rego source for this expression.</summary>
    public override string ToString() => Printer.Print(this);

    internal static int Tallest(ImmutableArray<Expr> body)
    {
        var tallest = 0;
        foreach (var expr in body)
            tallest = Math.Max(tallest, expr.Height);
        return tallest;
    }
}
