using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Crank.Rego.Syntax;

/// <summary>A rule: head, conditions and what else to try. Immutable; equality is identity.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Head">What it defines.</param>
/// <param name="Body">Its conditions; <c>true</c> when none were written.</param>
public sealed record Rule(Location At, Head Head, ImmutableArray<Expr> Body)
{
    /// <summary>The package it belongs to: <c>data</c> and string keys.</summary>
    public required Term.Ref Package { get; init; }

    /// <summary>Written with <c>default</c>?</summary>
    public bool IsDefault { get; init; }

    /// <summary>Tried when the body has no answer.</summary>
    public Rule? Else { get; init; }

    /// <summary>Was the body left out?</summary>
    public bool GeneratedBody { get; init; }

    /// <summary>Row of the brace that closes the body; 0 when it was written without braces.</summary>
    internal int CloseRow { get; init; }

    /// <summary>Annotations of the rule itself (scopes rule and document).</summary>
    public ImmutableArray<Annotation> Annotations { get; init; } = [];

    /// <summary>Package and head reference in one, e.g. <c>data.p.q[x]</c>.</summary>
    public Term.Ref Path => Terms.Extend(Package, Head.Ref);

    /// <inheritdoc/>
    public bool Equals(Rule? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <summary>Rego source for this rule.</summary>
    public override string ToString() => Printer.Print(this);
}
