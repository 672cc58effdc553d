using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Crank.Rego.Syntax;

/// <summary>
/// One-line source for nodes, as error messages quote it. What it prints parses to the same nodes again; operators appear as calls
/// (<c>plus(1, 2)</c>), except <c>=</c>, <c>|</c> and <c>&amp;</c>.
/// </summary>
internal sealed class Printer
{
    private readonly StringBuilder _out = new();

    public static string Print(Term term) => new Printer().Add(term).ToString();

    public static string Print(Expr expr) => new Printer().Add(expr).ToString();

    public static string Print(Rule rule) => new Printer().Add(rule).ToString();

    public static string Print(Head head) => new Printer().Add(head).ToString();

    public static string Print(ImmutableArray<Expr> body) => new Printer().Add(body).ToString();

    public static string Print(Module module)
    {
        var printer = new Printer();
        printer._out.Append(Print(module.Package)).Append('\n');
        foreach (var import in module.Imports)
        {
            printer._out.Append("\nimport ").Append(import.Path);
            if (import.Alias is not null)
                printer._out.Append(" as ").Append(import.Alias);
        }
        printer._out.Append('\n');
        foreach (var rule in module.Rules)
            printer.Add(rule)._out.Append('\n');
        return printer.ToString();
    }

    public static string Print(Package package) => "package " + Dotted(new Term.Ref(package.Path.At, AsHead(package.Path.Path[1..])));

    /// <summary>A function's name or a package path: keys joined with dots where they may be.</summary>
    public static string Dotted(Term.Ref reference) => new Printer().Add(reference).ToString();

    /// <summary>A JSON string literal, escaped as Go's encoder does without HTML escaping.</summary>
    public static string Quote(string value)
    {
        var quoted = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
            Escape(quoted, c);
        return quoted.Append('"').ToString();
    }

    public override string ToString() => _out.ToString();

    private static ImmutableArray<Term> AsHead(ImmutableArray<Term> path) =>
        path[0] is Term.String s ? [new Term.Var(s.At, s.Value), .. path[1..]] : path;

    private static void Escape(StringBuilder to, char c)
    {
        switch (c)
        {
            case '"': to.Append("\\\""); break;
            case '\\': to.Append("\\\\"); break;
            case '\n': to.Append("\\n"); break;
            case '\r': to.Append("\\r"); break;
            case '\t': to.Append("\\t"); break;
            case '\b': to.Append("\\b"); break;
            case '\f': to.Append("\\f"); break;
            default:
                if (c < ' ' || c is '\u007f' or '\u2028' or '\u2029' or '\ufeff' || char.IsSurrogate(c))
                    to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                else
                    to.Append(c);
                break;
        }
    }

    private Printer Add(Term term)
    {
        switch (term)
        {
            case Term.Null: _out.Append("null"); break;
            case Term.Boolean b: _out.Append(b.Value ? "true" : "false"); break;
            case Term.Number n: _out.Append(n.Text); break;
            case Term.String s: _out.Append(Quote(s.Value)); break;
            case Term.Var v: _out.Append(v.IsWildcard ? "_" : v.Name); break;
            case Term.Ref r: AddRef(r); break;
            case Term.Array a: _out.Append('['); List(a.Items); _out.Append(']'); break;
            case Term.Set { Items.Length: 0 }: _out.Append("set()"); break;
            case Term.Set s: _out.Append('{'); List(s.Items); _out.Append('}'); break;
            case Term.Object o: AddObject(o); break;
            case Term.Call c: Call(c.Function, c.Arguments); break;
            case Term.ArrayComprehension c: Comprehension('[', c.Head, null, c.Body, ']'); break;
            case Term.SetComprehension c: Comprehension('{', c.Head, null, c.Body, '}'); break;
            case Term.ObjectComprehension c: Comprehension('{', c.Key, c.Value, c.Body, '}'); break;
            case Term.Template t: AddTemplate(t); break;
            default: throw new System.Diagnostics.UnreachableException(term.Kind);
        }
        return this;
    }

    private void Call(Term.Ref function, ImmutableArray<Term> arguments)
    {
        // Where `and` and `or` are keywords they are no names of functions.
        if (function.Path is [Term.Var { Name: "and" or "or" } set] && arguments.Length == 2)
        {
            _out.Append('(');
            Add(arguments[0])._out.Append(set.Name == "or" ? " | " : " & ");
            Add(arguments[1])._out.Append(')');
            return;
        }
        Add(function)._out.Append('(');
        List(arguments);
        _out.Append(')');
    }

    private void AddRef(Term.Ref reference)
    {
        Add(reference.Head);
        for (var i = 1; i < reference.Path.Length; i++)
        {
            if (reference.Path[i] is Term.String s && Lexer.IsIdentifier(s.Value))
                _out.Append('.').Append(s.Value);
            else
                Add(Bracket(reference.Path[i]));
        }
    }

    private string Bracket(Term key) => "[" + Print(key) + "]";

    private void Add(string text) => _out.Append(text);

    private void AddObject(Term.Object obj)
    {
        _out.Append('{');
        for (var i = 0; i < obj.Pairs.Length; i++)
        {
            if (i > 0)
                _out.Append(", ");
            Add(obj.Pairs[i].Key)._out.Append(": ");
            Add(obj.Pairs[i].Value);
        }
        _out.Append('}');
    }

    private void AddTemplate(Term.Template template)
    {
        _out.Append("$\"");
        foreach (var part in template.Parts)
        {
            if (part.Term is Term.String text)
            {
                foreach (var c in text.Value)
                {
                    if (c == '{')
                        _out.Append('\\');
                    if (c == '{')
                        _out.Append(c);
                    else
                        Escape(_out, c);
                }
                continue;
            }
            _out.Append('{');
            if (part.Term is not null)
                Add(part.Term);
            else
                Add(part.Expr!);
            _out.Append('}');
        }
        _out.Append('"');
    }

    private void Comprehension(char open, Term head, Term? value, ImmutableArray<Expr> body, char close)
    {
        _out.Append(open);
        Add(head);
        if (value is not null)
        {
            _out.Append(": ");
            Add(value);
        }
        _out.Append(" | ");
        Add(body)._out.Append(close);
    }

    private void List(ImmutableArray<Term> terms)
    {
        for (var i = 0; i < terms.Length; i++)
        {
            if (i > 0)
                _out.Append(", ");
            Add(terms[i]);
        }
    }

    private Printer Add(ImmutableArray<Expr> body)
    {
        for (var i = 0; i < body.Length; i++)
        {
            if (i > 0)
                _out.Append("; ");
            Add(body[i]);
        }
        return this;
    }

    private Printer Add(Expr expr)
    {
        if (expr.Negated)
            _out.Append("not ");
        switch (expr.Form)
        {
            case ExprForm.Single single:
                Add(single.Term);
                break;
            case ExprForm.Call { Name: "eq", Arguments.Length: 2 } eq:
                Add(eq.Arguments[0])._out.Append(" = ");
                Add(eq.Arguments[1]);
                break;
            case ExprForm.Call call:
                Call(call.Function, call.Arguments);
                break;
            case ExprForm.Some some:
                AddSome(some);
                break;
            case ExprForm.Every every:
                _out.Append("every ");
                if (every.Key is not null)
                    Add(every.Key)._out.Append(", ");
                Add(every.Value)._out.Append(" in ");
                Add(every.Domain)._out.Append(" { ");
                Add(every.Body)._out.Append(" }");
                break;
            case ExprForm.Not not:
                _out.Append("not { ");
                Add(not.Body)._out.Append(" }");
                break;
            case ExprForm.Logic logic:
                Operand(logic.Left);
                _out.Append(logic.IsOr ? " or " : " and ");
                Operand(logic.Right);
                break;
        }
        foreach (var with in expr.With)
        {
            _out.Append(" with ");
            Add(with.Target)._out.Append(" as ");
            Add(with.Value);
        }
        return this;
    }

    private void AddSome(ExprForm.Some some)
    {
        _out.Append("some ");
        if (some.Symbols is not [Term.Call call])
        {
            List(some.Symbols);
            return;
        }
        Add(call.Arguments[0]);
        if (call.Arguments.Length == 3)
        {
            _out.Append(", ");
            Add(call.Arguments[1]);
        }
        _out.Append(" in ");
        Add(call.Arguments[^1]);
    }

    private void Operand(ImmutableArray<Expr> body)
    {
        if (body is [{ Form: ExprForm.Single or ExprForm.Call, With.Length: 0 }] && body[0].Form is not ExprForm.Single { Term: Term.Set or Term.Object or Term.SetComprehension or Term.ObjectComprehension })
        {
            Add(body);
            return;
        }
        _out.Append("{ ");
        Add(body)._out.Append(" }");
    }

    private Printer Add(Head head)
    {
        Add(head.Ref);
        if (head.IsFunction)
        {
            _out.Append('(');
            List(head.Arguments);
            _out.Append(')');
        }
        if (head.Key is not null && head.Value is null)
        {
            _out.Append(" contains ");
            Add(head.Key);
        }
        if (head.Value is not null)
        {
            _out.Append(head.Assign ? " := " : " = ");
            Add(head.Value);
        }
        return this;
    }

    private Printer Add(Rule rule)
    {
        if (rule.IsDefault)
        {
            _out.Append("default ");
            return Add(rule.Head);
        }
        Add(rule.Head)._out.Append(" if { ");
        Add(rule.Body)._out.Append(" }");
        for (var other = rule.Else; other is not null; other = other.Else)
        {
            _out.Append(" else ");
            if (other.Head.Value is not null)
            {
                _out.Append(other.Head.Assign ? ":= " : "= ");
                Add(other.Head.Value)._out.Append(' ');
            }
            _out.Append("if { ");
            Add(other.Body)._out.Append(" }");
        }
        return this;
    }
}
