using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Crank.Rego.Syntax;

/// <summary>What a rule defines. Immutable; equality is identity.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Ref">
/// The name below the package: <c>p</c>, <c>p.q</c>, <c>p[x].r</c>. For a partial object rule its last key is the member's key; for a
/// partial set rule (<see cref="Key"/> and no <see cref="Value"/>) it names the set.
/// </param>
public sealed record Head(Location At, Term.Ref Ref)
{
    /// <summary>Arguments; empty and <see cref="IsFunction"/> false for a rule.</summary>
    public ImmutableArray<Term> Arguments { get; init; } = [];

    /// <summary>Does it define a function? Functions have at least one argument, except <c>f()</c>.</summary>
    public bool IsFunction { get; init; }

    /// <summary>The member that a <c>contains</c> rule adds.</summary>
    public Term? Key { get; init; }

    /// <summary>The value; <c>true</c> when none was written, null for a <c>contains</c> rule.</summary>
    public Term? Value { get; init; }

    /// <summary>Was the value given with <c>:=</c>?</summary>
    public bool Assign { get; init; }

    /// <summary>Was the value left out?</summary>
    public bool GeneratedValue { get; init; }

    /// <summary>Was <c>if</c> written?</summary>
    internal bool UsesIf { get; init; }

    /// <summary>Was <c>contains</c> written?</summary>
    internal bool UsesContains { get; init; }

    /// <summary>Written with <c>contains</c>?</summary>
    public bool IsPartialSet => Key is not null && Value is null;

    /// <summary>Does the name have variables, so that the rule makes many members of an object?</summary>
    public bool IsPartialObject => !IsPartialSet && !IsFunction && HasVariables;

    /// <summary>Is any key of <see cref="Ref"/> not a constant?</summary>
    public bool HasVariables
    {
        get
        {
            for (var i = 1; i < Ref.Path.Length; i++)
            {
                if (!Terms.IsGround(Ref.Path[i]))
                    return true;
            }
            return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(Head? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <summary>Rego source for this head.</summary>
    public override string ToString() => Printer.Print(this);
}
