using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <summary>A value, variable, reference, collection, comprehension or call. Immutable; equality is identity; <see cref="Terms.Same(Term, Term)"/> compares what is written.</summary>
public abstract class Term
{
    private Term(Location at, int height)
    {
        At = at;
        Height = height;
    }

    /// <summary>Where it stands.</summary>
    public Location At { get; }

    /// <summary>Levels of nesting below and including this term; the parser refuses more than its limit.</summary>
    public int Height { get; }

    /// <summary>The kind as OPA's error messages and JSON call it, e.g. <c>ref</c>, <c>objectcomprehension</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Rego source for this term.</summary>
    public override string ToString() => Printer.Print(this);

    private static int Tallest(ImmutableArray<Term> terms)
    {
        var tallest = 0;
        foreach (var term in terms)
            tallest = Math.Max(tallest, term.Height);
        return tallest;
    }

    /// <summary><c>null</c></summary>
    public sealed class Null(Location at) : Term(at, 1)
    {
        /// <inheritdoc/>
        public override string Kind => "null";
    }

    /// <summary><c>true</c> or <c>false</c></summary>
    public sealed class Boolean(Location at, bool value) : Term(at, 1)
    {
        /// <summary>The value.</summary>
        public bool Value { get; } = value;

        /// <inheritdoc/>
        public override string Kind => "boolean";
    }

    /// <summary>A number, kept as it was written so that nothing is lost.</summary>
    public sealed class Number(Location at, string text) : Term(at, 1)
    {
        /// <summary>JSON number text, possibly with a leading dot (<c>.5</c>).</summary>
        public string Text { get; } = text;

        /// <inheritdoc/>
        public override string Kind => "number";
    }

    /// <summary>A string, unescaped.</summary>
    public sealed class String(Location at, string value) : Term(at, 1)
    {
        /// <summary>The characters.</summary>
        public string Value { get; } = value;

        /// <inheritdoc/>
        public override string Kind => "string";
    }

    /// <summary>A variable. <c>_</c> is read as <c>$0</c>, <c>$1</c>, … so that no two are the same.</summary>
    public sealed class Var(Location at, string name) : Term(at, 1)
    {
        /// <summary>Name; begins with <c>$</c> for a wildcard and with <c>__local</c> when the compiler made it.</summary>
        public string Name { get; } = name;

        /// <summary>Was it written <c>_</c>?</summary>
        public bool IsWildcard => Name.StartsWith('$');

        /// <summary>Was it made by the compiler?</summary>
        public bool IsGenerated => Name.StartsWith("__local", StringComparison.Ordinal);

        /// <inheritdoc/>
        public override string Kind => "var";
    }

    /// <summary>
    /// <c>head.key["key"][var]</c>. The head is a variable, or a collection, comprehension or call (<c>f(x).y</c>).
    /// After compilation it is <c>data</c>, <c>input</c> or a local variable.
    /// </summary>
    public sealed class Ref : Term
    {
        /// <param name="at">Where it stands.</param>
        /// <param name="path">Head and keys; never empty.</param>
        public Ref(Location at, ImmutableArray<Term> path) : base(at, Tallest(path) + 1)
        {
            ArgumentOutOfRangeException.ThrowIfZero(path.Length);
            Path = path;
        }

        /// <summary>Head and keys.</summary>
        public ImmutableArray<Term> Path { get; }

        /// <summary>The first term.</summary>
        public Term Head => Path[0];

        /// <inheritdoc/>
        public override string Kind => "ref";
    }

    /// <summary><c>[a, b]</c></summary>
    public sealed class Array(Location at, ImmutableArray<Term> items) : Term(at, Tallest(items) + 1)
    {
        /// <summary>The items in order.</summary>
        public ImmutableArray<Term> Items { get; } = items;

        /// <inheritdoc/>
        public override string Kind => "array";
    }

    /// <summary><c>{"k": v}</c></summary>
    public sealed class Object(Location at, ImmutableArray<KeyValuePair<Term, Term>> pairs) : Term(at, TallestOf(pairs) + 1)
    {
        /// <summary>Keys and values in source order; a key may be written twice.</summary>
        public ImmutableArray<KeyValuePair<Term, Term>> Pairs { get; } = pairs;

        /// <inheritdoc/>
        public override string Kind => "object";

        private static int TallestOf(ImmutableArray<KeyValuePair<Term, Term>> pairs)
        {
            var tallest = 0;
            foreach (var (key, value) in pairs)
                tallest = Math.Max(tallest, Math.Max(key.Height, value.Height));
            return tallest;
        }
    }

    /// <summary><c>{a, b}</c> or <c>set()</c></summary>
    public sealed class Set(Location at, ImmutableArray<Term> items) : Term(at, Tallest(items) + 1)
    {
        /// <summary>The members in source order, not yet made unique.</summary>
        public ImmutableArray<Term> Items { get; } = items;

        /// <inheritdoc/>
        public override string Kind => "set";
    }

    /// <summary><c>[head | body]</c></summary>
    public sealed class ArrayComprehension(Location at, Term head, ImmutableArray<Expr> body) : Term(at, Math.Max(head.Height, Expr.Tallest(body)) + 1)
    {
        /// <summary>What each answer of the body contributes.</summary>
        public Term Head { get; } = head;

        /// <summary>The conditions.</summary>
        public ImmutableArray<Expr> Body { get; } = body;

        /// <inheritdoc/>
        public override string Kind => "arraycomprehension";
    }

    /// <summary><c>{head | body}</c></summary>
    public sealed class SetComprehension(Location at, Term head, ImmutableArray<Expr> body) : Term(at, Math.Max(head.Height, Expr.Tallest(body)) + 1)
    {
        /// <summary>What each answer of the body contributes.</summary>
        public Term Head { get; } = head;

        /// <summary>The conditions.</summary>
        public ImmutableArray<Expr> Body { get; } = body;

        /// <inheritdoc/>
        public override string Kind => "setcomprehension";
    }

    /// <summary><c>{key: value | body}</c></summary>
    public sealed class ObjectComprehension(Location at, Term key, Term value, ImmutableArray<Expr> body)
        : Term(at, Math.Max(Math.Max(key.Height, value.Height), Expr.Tallest(body)) + 1)
    {
        /// <summary>The key of each member.</summary>
        public Term Key { get; } = key;

        /// <summary>The value of each member.</summary>
        public Term Value { get; } = value;

        /// <summary>The conditions.</summary>
        public ImmutableArray<Expr> Body { get; } = body;

        /// <inheritdoc/>
        public override string Kind => "objectcomprehension";
    }

    /// <summary>A function call used as a value. Infix operators are calls of their builtin (<c>plus</c>, <c>equal</c>, <c>internal.member_2</c>).</summary>
    public sealed class Call(Location at, Ref function, ImmutableArray<Term> arguments) : Term(at, Math.Max(function.Height, Tallest(arguments)) + 1)
    {
        /// <summary>The function's name as a reference.</summary>
        public Ref Function { get; } = function;

        /// <summary>The arguments.</summary>
        public ImmutableArray<Term> Arguments { get; } = arguments;

        /// <inheritdoc/>
        public override string Kind => "call";
    }

    /// <summary><c>$"text {expression}"</c>, rewritten to a call of <c>internal.template_string</c> by the compiler.</summary>
    public sealed class Template(Location at, ImmutableArray<TemplatePart> parts, bool raw) : Term(at, TallestOf(parts) + 1)
    {
        /// <summary>Text and expressions in order.</summary>
        public ImmutableArray<TemplatePart> Parts { get; } = parts;

        /// <summary>Was it written with back quotes?</summary>
        public bool Raw { get; } = raw;

        /// <inheritdoc/>
        public override string Kind => "templatestring";

        private static int TallestOf(ImmutableArray<TemplatePart> parts)
        {
            var tallest = 0;
            foreach (var part in parts)
                tallest = Math.Max(tallest, part.Term?.Height ?? part.Expr!.Height);
            return tallest;
        }
    }
}
