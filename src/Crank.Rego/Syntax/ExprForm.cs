using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <summary>The kinds of expression, a closed set.</summary>
public abstract class ExprForm
{
    private ExprForm(int height) => Height = height;

    /// <summary>Levels of nesting.</summary>
    public int Height { get; }

    /// <summary>A term that must be defined and not false.</summary>
    public sealed class Single(Term term) : ExprForm(term.Height)
    {
        /// <summary>The term; never a call.</summary>
        public Term Term { get; } = term;
    }

    /// <summary>
    /// A call, which includes every operator: <c>eq</c> for <c>=</c>, <c>assign</c> for <c>:=</c> (gone after compilation), <c>equal</c> for <c>==</c>.
    /// After compilation a call may have one argument more than the function takes: what the result unifies with.
    /// </summary>
    public sealed class Call(Term.Ref function, ImmutableArray<Term> arguments) : ExprForm(TallestOf(function, arguments) + 1)
    {
        /// <summary>The function's name as a reference.</summary>
        public Term.Ref Function { get; } = function;

        /// <summary>The arguments.</summary>
        public ImmutableArray<Term> Arguments { get; } = arguments;

        /// <summary>The function's name with dots, e.g. <c>json.filter</c>.</summary>
        public string Name { get; } = Printer.Dotted(function);

        private static int TallestOf(Term.Ref function, ImmutableArray<Term> arguments)
        {
            var tallest = function.Height;
            foreach (var argument in arguments)
                tallest = Math.Max(tallest, argument.Height);
            return tallest;
        }
    }

    /// <summary><c>some x, y</c>, or <c>some x in xs</c>; both gone after compilation.</summary>
    public sealed class Some(Location at, ImmutableArray<Term> symbols) : ExprForm(TallestOf(symbols) + 1)
    {
        /// <summary>Where the declaration stands.</summary>
        public Location At { get; } = at;

        /// <summary>Variables; or one <see cref="Term.Call"/> of <c>internal.member_2</c> or <c>internal.member_3</c>.</summary>
        public ImmutableArray<Term> Symbols { get; } = symbols;

        private static int TallestOf(ImmutableArray<Term> symbols)
        {
            var tallest = 0;
            foreach (var symbol in symbols)
                tallest = Math.Max(tallest, symbol.Height);
            return tallest;
        }
    }

    /// <summary><c>every k, v in domain { body }</c></summary>
    public sealed class Every(Location at, Term? key, Term value, Term domain, ImmutableArray<Expr> body)
        : ExprForm(Math.Max(domain.Height, Expr.Tallest(body)) + 1)
    {
        /// <summary>Where it stands.</summary>
        public Location At { get; } = at;

        /// <summary>The variable bound to the key, if any.</summary>
        public Term? Key { get; } = key;

        /// <summary>The variable bound to the value.</summary>
        public Term Value { get; } = value;

        /// <summary>What is iterated; after compilation a variable that an expression before this one binds.</summary>
        public Term Domain { get; } = domain;

        /// <summary>What must hold for each.</summary>
        public ImmutableArray<Expr> Body { get; } = body;
    }

    /// <summary><c>not { body }</c> of <c>future.keywords.not</c>: holds when the body has no answer. Variables inside are its own.</summary>
    public sealed class Not(Location at, ImmutableArray<Expr> body) : ExprForm(Expr.Tallest(body) + 1)
    {
        /// <summary>Where it stands.</summary>
        public Location At { get; } = at;

        /// <summary>What must not hold.</summary>
        public ImmutableArray<Expr> Body { get; } = body;
    }

    /// <summary><c>left and right</c> or <c>left or right</c>: at most one answer, evaluated left to right and no further than needed.</summary>
    public sealed class Logic(Location at, bool isOr, ImmutableArray<Expr> left, ImmutableArray<Expr> right)
        : ExprForm(Math.Max(Expr.Tallest(left), Expr.Tallest(right)) + 1)
    {
        /// <summary>Where it stands.</summary>
        public Location At { get; } = at;

        /// <summary><c>or</c> when true, else <c>and</c>.</summary>
        public bool IsOr { get; } = isOr;

        /// <summary>Evaluated first; variables declared in it are its own.</summary>
        public ImmutableArray<Expr> Left { get; } = left;

        /// <summary>Evaluated when the left one leaves the answer open.</summary>
        public ImmutableArray<Expr> Right { get; } = right;
    }
}
