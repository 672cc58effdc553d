using System.Collections.Immutable;
using System.Text;

namespace Crank.Rego.Syntax;

/// <summary>
/// Writes a module in the usual style: tabs, one blank line between rules, comments kept where they stand, and what was spread over
/// lines stays so. What is written reads as the same module, and is written the same again.
/// </summary>
public sealed class Formatter
{
    private readonly StringBuilder _out = new();
    private readonly ImmutableArray<Comment> _comments;
    private int _nextComment;
    private int _indent;

    /// <summary>Where the first expression of a body in braces begins: a union there would read as a comprehension.</summary>
    private int _bodyStart = -1;

    /// <summary>The source row at which the output stands.</summary>
    private int _row;

    private Formatter(ImmutableArray<Comment> comments) => _comments = comments;

    /// <summary>Writes a module.</summary>
    public static string Format(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var formatter = new Formatter(module.Comments);
        formatter.Write(module);
        return formatter._out.ToString();
    }

    private static int EndRow(Location at)
    {
        var row = at.Row;
        foreach (var c in at.Source.Text.AsSpan(at.Offset, at.Length))
        {
            if (c == '\n')
                row++;
        }
        return row;
    }

    private static Location From(Location first, Location last) => first.Until(last.Offset + last.Length);

    private void Write(Module module)
    {
        Above(module.Package.At.Row);
        Text(Printer.Print(module.Package));
        Done(EndRow(module.Package.Path.At));
        Imports(module.Imports);
        Rules(module.Rules);
        if (_nextComment < _comments.Length)
        {
            if (_comments[_nextComment].At.Row > _row + 1)
                Blank();
            Above(int.MaxValue);
        }
        if (_out.Length > 0 && _out[^1] != '\n')
            _out.Append('\n');
    }

    /// <summary>One blank line between rules, none between one-line rules that stood together.</summary>
    private void Rules(ImmutableArray<Rule> rules)
    {
        Rule? before = null;
        foreach (var rule in rules)
        {
            var grouped = before is not null && IsLine(rule) && rule.At.Row == EndRow(before.At) + 1
                && !(_nextComment < _comments.Length && _comments[_nextComment].At.Row < rule.At.Row);
            if (!grouped)
                Blank();
            var start = _out.Length;
            Above(rule.At.Row);
            var own = _out.Length;
            Write(rule);
            var isLine = IsLine(rule) && _out.ToString(own, _out.Length - own).AsSpan().Count('\n') == 1;
            if (grouped && !isLine)
                _out.Insert(start, '\n');
            before = isLine ? rule : null;
        }
    }

    private static bool IsLine(Rule rule) => rule.Else is null && rule.CloseRow == 0 && EndRow(rule.At) == rule.At.Row;

    private void Imports(ImmutableArray<Import> imports)
    {
        for (var start = 0; start < imports.Length;)
        {
            var end = start + 1;
            while (end < imports.Length && imports[end].At.Row == imports[end - 1].At.Row + 1)
                end++;
            Blank();
            Above(imports[start].At.Row);

            // A group keeps its order when comments tell its lines apart.
            var group = imports[start..end].ToList();
            if (!_comments.Any(c => c.At.Row >= group[0].At.Row && c.At.Row <= group[^1].At.Row))
                group.Sort(static (a, b) => string.CompareOrdinal(a.Path.ToString(), b.Path.ToString()));
            foreach (var import in group)
            {
                Text("import " + import.Path + (import.Alias is null ? "" : " as " + import.Alias));
                Done(import.At.Row);
            }
            start = end;
        }
    }

    private void Text(string text)
    {
        if (_out.Length == 0 || _out[^1] == '\n')
            _out.Append('\t', _indent);
        _out.Append(text);
    }

    private void NewLine()
    {
        while (_out.Length > 0 && _out[^1] is ' ' or '\t')
            _out.Length--;
        _out.Append('\n');
    }

    private void Blank()
    {
        if (_out.Length == 0)
            return;
        if (_out[^1] != '\n')
            NewLine();
        if (_out.Length > 1 && _out[^2] != '\n')
            _out.Append('\n');
    }

    /// <summary>Writes the comments that stand above a row, on lines of their own.</summary>
    private void Above(int row)
    {
        while (_nextComment < _comments.Length && _comments[_nextComment].At.Row < row)
        {
            var comment = _comments[_nextComment];
            if (_out.Length > 0 && _out[^1] != '\n')
                NewLine();
            if (comment.At.Row > _row + 1 && _row > 0)
                BlankInside();
            Text("#" + comment.Text.TrimEnd());
            NewLine();
            _row = comment.At.Row;
            _nextComment++;
        }
        if (_row > 0 && row != int.MaxValue && row > _row + 1)
            BlankInside();
        _row = row == int.MaxValue ? _row : Math.Max(_row, row);
    }

    /// <summary>One blank line, unless a block or list has just been opened.</summary>
    private void BlankInside()
    {
        if (_out.Length < 2 || _out[^1] != '\n' || _out[^2] is '\n' or '{' or '[' or '(' or '|')
            return;
        _out.Append('\n');
    }

    /// <summary>Ends a line that holds what ended at a row of the source, and the comment that stood behind it.</summary>
    private void Done(int row)
    {
        Behind(row);
        NewLine();
        _row = Math.Max(_row, row);
    }

    private bool Behind(int row)
    {
        if (_nextComment == _comments.Length || _comments[_nextComment].At.Row != row)
            return false;
        _out.Append(" #").Append(_comments[_nextComment].Text.TrimEnd());
        _row = row;
        _nextComment++;
        return true;
    }

    private void Write(Rule rule)
    {
        if (rule.IsDefault)
            Text("default ");
        Write(rule.Head);
        for (var branch = rule; branch is not null; branch = branch.Else)
        {
            if (!ReferenceEquals(branch, rule))
                Else(branch);
            if (branch.GeneratedBody || branch.IsDefault)
            {
                if (branch.Else is null)
                    Done(EndRow(branch.At));
                continue;
            }
            Text(" if ");
            if (branch.CloseRow == 0)
            {
                Write(branch.Body[0]);
                Done(EndRow(branch.Body[0].At));
                continue;
            }
            Block(branch.Body, branch.CloseRow);
            if (branch.Else is null)
                Done(branch.CloseRow);
            else if (branch.Else.At.Row > branch.CloseRow && Behind(branch.CloseRow))
                NewLine();
        }
    }

    private void Else(Rule branch)
    {
        if (_out[^1] != '\n' && _nextComment < _comments.Length && _comments[_nextComment].At.Row < branch.At.Row)
            NewLine();
        if (_out[^1] == '\n')
        {
            Above(branch.At.Row);
            Text("else");
        }
        else
        {
            Text(" else");
        }
        if (branch.Head.GeneratedValue || branch.Head.Value is null)
            return;
        Text(branch.Head.Assign ? " := " : " = ");
        Write(branch.Head.Value);
    }

    private void Write(Head head)
    {
        Write(head.Ref);
        if (head.IsFunction)
            List("(", head.Arguments, ")", head.At, item => Write(item, inList: true), item => item.At);
        if (head.IsPartialSet)
        {
            Text(" contains ");
            Write(head.Key!);
        }
        else if (head.Value is not null && !head.GeneratedValue)
        {
            Text(head.Assign ? " := " : " = ");
            Write(head.Value);
        }
    }

    private void Block(ImmutableArray<Expr> body, int closeRow)
    {
        Text("{");
        if (_nextComment < _comments.Length && _comments[_nextComment].At.Row < body[0].At.Row && _comments[_nextComment].At.Row <= Math.Max(_row, 1))
            Behind(_comments[_nextComment].At.Row);
        NewLine();
        _indent++;
        Lines(body, closeRow);
        Inside(closeRow);
        _indent--;
        Text("}");
        _row = Math.Max(_row, closeRow);
    }

    /// <summary>Writes the comments above a closing brace or bracket, without a blank line before it.</summary>
    private void Inside(int closeRow)
    {
        var last = LastAbove(_comments.AsSpan()[_nextComment..], closeRow);
        if (last > 0)
            Above(last + 1);
        _row = Math.Max(_row, closeRow);
    }

    private static int LastAbove(ReadOnlySpan<Comment> comments, int row)
    {
        var last = 0;
        foreach (var comment in comments)
        {
            if (comment.At.Row >= row)
                break;
            last = comment.At.Row;
        }
        return last;
    }

    private void Lines(ImmutableArray<Expr> body, int closeRow)
    {
        for (var i = 0; i < body.Length; i++)
        {
            Above(body[i].At.Row);
            var start = _out.Length + _indent;
            _bodyStart = i == 0 ? start : -1;
            Write(body[i]);
            Unjoined(start);
            var end = EndRow(body[i].At);
            if (end == (i + 1 < body.Length ? body[i + 1].At.Row : closeRow))
                NewLine();
            else
                Done(end);
        }
    }

    /// <summary>A line that began with a minus would read as going on with the line above: the number gets parentheses.</summary>
    private void Unjoined(int start)
    {
        if (_out[start] != '-')
            return;
        var end = start + 1;
        while (end < _out.Length && (char.IsAsciiLetterOrDigit(_out[end]) || _out[end] == '.' || (_out[end] is '+' or '-' && _out[end - 1] is 'e' or 'E')))
            end++;
        _out.Insert(end, ')').Insert(start, '(');
    }

    /// <summary>Is there a body that is always written over several lines?</summary>
    private static bool HasBlock(ImmutableArray<Expr> body)
    {
        var blocks = new Blocks();
        blocks.Visit(body);
        return blocks.Found;
    }

    private void Write(Expr expr)
    {
        if (expr.Negated)
            Text("not ");
        switch (expr.Form)
        {
            case ExprForm.Single single:
                Write(single.Term);
                break;
            case ExprForm.Call { Name: "eq" or "assign", Arguments.Length: 2 } equality:
                Write(equality.Arguments[0]);
                Text(equality.Name == "eq" ? " = " : " := ");
                Write(equality.Arguments[1]);
                break;
            case ExprForm.Call call:
                Call(call.Function, call.Arguments, expr.At, outer: -2);
                break;
            case ExprForm.Some { Symbols: [Term.Call member] }:
                Text("some ");
                Member(member.Arguments, outer: -2);
                break;
            case ExprForm.Some some:
                Text("some ");
                for (var i = 0; i < some.Symbols.Length; i++)
                {
                    if (i > 0)
                        Text(", ");
                    Write(some.Symbols[i]);
                }
                break;
            case ExprForm.Every every:
                Text("every ");
                if (every.Key is not null)
                {
                    Write(every.Key);
                    Text(", ");
                }
                Write(every.Value);
                Text(" in ");
                Operand(every.Domain, level: 0, right: true);
                Text(" ");
                Block(every.Body, ClosingRow(expr, every.Body));
                break;
            case ExprForm.Not not:
                Not(expr, not);
                break;
            case ExprForm.Logic logic:
                Operand(logic.Left, logic, left: true);
                Text(logic.IsOr ? " or " : " and ");
                Operand(logic.Right, logic, left: false);
                break;
        }
        foreach (var with in expr.With)
        {
            Text(" with ");
            Write(with.Target);
            Text(" as ");
            Write(with.Value);
        }
    }

    /// <summary>The row of the brace that closes the body of an expression: its last, or that before its modifiers.</summary>
    private static int ClosingRow(Expr expr, ImmutableArray<Expr> body) =>
        expr.With.IsEmpty ? EndRow(expr.At) : Math.Max(EndRow(body[^1].At), Math.Min(EndRow(expr.At), expr.With[0].At.Row));

    private void Not(Expr expr, ExprForm.Not not)
    {
        Text("not ");
        var text = expr.At.Text;
        var rest = text.AsSpan(text.StartsWith("not", StringComparison.Ordinal) ? 3 : 0).TrimStart();
        if (not.Body is [var single] && !rest.StartsWith("{"))
        {
            if (single.Form is ExprForm.Logic)
                Text("(");
            Write(single);
            if (single.Form is ExprForm.Logic)
                Text(")");
            return;
        }
        Block(not.Body, ClosingRow(expr, not.Body));
    }

    private void Operand(ImmutableArray<Expr> body, ExprForm.Logic outer, bool left)
    {
        if (body is [var single])
        {
            switch (single.Form)
            {
                case ExprForm.Logic inner:
                    // `and` binds tighter, and both bind to the left.
                    var bare = single.With.IsEmpty && (inner.IsOr ? outer.IsOr && left : outer.IsOr || left);
                    Text(bare ? "" : "(");
                    Write(single);
                    Text(bare ? "" : ")");
                    return;
                case ExprForm.Single { Term: Term.Set or Term.Object or Term.SetComprehension or Term.ObjectComprehension }:
                    Text("(");
                    Write(single);
                    Text(")");
                    return;
                case ExprForm.Single or ExprForm.Call { Name: not ("eq" or "assign") } or ExprForm.Not:
                    Write(single);
                    return;
            }
        }
        Text("{ ");
        for (var i = 0; i < body.Length; i++)
        {
            if (i > 0)
                Text("; ");
            Write(body[i]);
        }
        Text(" }");
    }

    private void Write(Term term) => Write(term, inList: false);

    private void Write(Term term, bool inList)
    {
        switch (term)
        {
            case Term.String s:
                Text(Literal(s));
                break;
            case Term.Template template:
                Text(template.At.Length > 0 ? template.At.Text : template.ToString());
                break;
            case Term.Ref r:
                Reference(r);
                break;
            case Term.Call call:
                Call(call.Function, call.Arguments, call.At, inList ? -1 : -2);
                break;
            case Term.Array array:
                List("[", array.Items, "]", array.At, Element, item => item.At);
                break;
            case Term.Set { Items.Length: 0 }:
                Text("set()");
                break;
            case Term.Set set:
                List("{", set.Items, "}", set.At, Element, item => item.At);
                break;
            case Term.Object obj:
                List("{", obj.Pairs, "}", obj.At, Pair, pair => From(pair.Key.At, pair.Value.At));
                break;
            case Term.ArrayComprehension c:
                Comprehension("[", c.Head, null, c.Body, "]", c.At);
                break;
            case Term.SetComprehension c:
                Comprehension("{", c.Head, null, c.Body, "}", c.At);
                break;
            case Term.ObjectComprehension c:
                Comprehension("{", c.Key, c.Value, c.Body, "}", c.At);
                break;
            default:
                Text(term.ToString());
                break;
        }
    }

    /// <summary>As it was written, so that raw strings stay raw; as JSON when there is no source.</summary>
    private static string Literal(Term.String s) => s.At.Length >= 2 && s.At.Text is ['"', .., '"'] or ['`', .., '`'] ? s.At.Text : Printer.Quote(s.Value);

    private void Reference(Term.Ref r)
    {
        Operand(r.Head, level: 5, right: false);
        foreach (var key in r.Path.AsSpan()[1..])
        {
            if (key is Term.String s && Lexer.IsIdentifier(s.Value) && !(s.At.Length > 0 && s.At.Text is ['"' or '`', ..]))
            {
                Text("." + s.Value);
                continue;
            }
            Text("[");
            Write(key);
            Text("]");
        }
    }

    /// <summary>A union in braces, brackets or before a colon would read as a comprehension.</summary>
    private void Element(Term term)
    {
        var union = term is Term.Call call && LevelOf(call) == 1;
        Text(union ? "(" : "");
        Write(term, inList: true);
        Text(union ? ")" : "");
    }

    private void Pair(KeyValuePair<Term, Term> pair)
    {
        Element(pair.Key);
        Text(": ");
        Element(pair.Value);
    }

    private void Comprehension(string open, Term head, Term? value, ImmutableArray<Expr> body, string close, Location at)
    {
        Text(open);
        Operand(head, level: 5, right: false);
        if (value is not null)
        {
            Text(": ");
            Operand(value, level: 5, right: false);
        }
        var end = EndRow(at);
        if (at.Row == end && !HasBlock(body))
        {
            Text(" | ");
            for (var i = 0; i < body.Length; i++)
            {
                if (i > 0)
                    Text("; ");
                Write(body[i]);
            }
            Text(close);
            return;
        }
        Text(" |");
        if (_nextComment < _comments.Length && _comments[_nextComment].At.Row == at.Row && body[0].At.Row > at.Row)
            Behind(at.Row);
        NewLine();
        _indent++;
        _row = Math.Max(_row, at.Row);
        Lines(body, end);
        Inside(end);
        _indent--;
        Text(close);
    }

    private void List<T>(string open, ImmutableArray<T> items, string close, Location at, Action<T> write, Func<T, Location> place)
    {
        Text(open);
        var end = EndRow(at);
        if (items.IsEmpty || end == at.Row || !IsSpread(place(items[0]), at, end))
        {
            for (var i = 0; i < items.Length; i++)
            {
                if (i > 0)
                    Text(", ");
                write(items[i]);
            }
            Text(close);
            return;
        }
        if (_nextComment < _comments.Length && _comments[_nextComment].At.Row == at.Row && place(items[0]).Row > at.Row)
            Behind(at.Row);
        NewLine();
        _indent++;
        _row = Math.Max(_row, at.Row);
        for (var i = 0; i < items.Length; i++)
        {
            if (i == 0 || place(items[i]).Row > EndRow(place(items[i - 1])))
            {
                if (i > 0)
                    Done(EndRow(place(items[i - 1])));
                Above(place(items[i]).Row);
            }
            else
            {
                Text(" ");
            }
            write(items[i]);
            Text(",");
        }
        if (EndRow(place(items[^1])) == end)
            NewLine();
        else
            Done(EndRow(place(items[^1])));
        Inside(end);
        _indent--;
        Text(close);
    }

    /// <summary>A list is spread over lines when its first item stood on another line than its opening, or comments stand inside.</summary>
    private bool IsSpread(Location first, Location at, int end) =>
        first.Row > at.Row || (_nextComment < _comments.Length && _comments[_nextComment].At.Row < end && _comments[_nextComment].At.Row >= at.Row);

    /// <summary>How tightly the operator of a call binds; -1 for <c>in</c>, -2 for a call by name.</summary>
    private static int LevelOf(Term.Call call) => LevelOf(call.Function, call.Arguments.Length);

    private static int LevelOf(Term.Ref function, int arguments) => (Printer.Dotted(function), arguments) switch
    {
        ("internal.member_2", 2) or ("internal.member_3", 3) => -1,
        ("equal" or "neq" or "lt" or "gt" or "lte" or "gte", 2) => 0,
        ("or", 2) => 1,
        ("and", 2) => 2,
        ("plus" or "minus", 2) => 3,
        ("mul" or "div" or "rem", 2) => 4,
        _ => -2,
    };

    private static string SymbolOf(string function) => function switch
    {
        "equal" => "==",
        "neq" => "!=",
        "lt" => "<",
        "gt" => ">",
        "lte" => "<=",
        "gte" => ">=",
        "or" => "|",
        "and" => "&",
        "plus" => "+",
        "minus" => "-",
        "mul" => "*",
        "div" => "/",
        _ => "%",
    };

    private void Call(Term.Ref function, ImmutableArray<Term> arguments, Location at, int outer)
    {
        var level = LevelOf(function, arguments.Length);
        if (_bodyStart == _out.Length + (_out[^1] == '\n' ? _indent : 0) && BeginsWithUnion(level, arguments))
        {
            _bodyStart = -1;
            Text("(");
            Call(function, arguments, at, outer);
            Text(")");
            return;
        }
        switch (level)
        {
            case -1:
                Member(arguments, outer);
                break;
            case >= 0:
                Operand(arguments[0], level, right: false);
                Text(" " + SymbolOf(Printer.Dotted(function)) + " ");
                Operand(arguments[1], level, right: true);
                break;
            default:
                Reference(function);
                List("(", arguments, ")", at, item => Write(item, inList: true), item => item.At);
                break;
        }
    }

    private static bool BeginsWithUnion(int level, ImmutableArray<Term> arguments)
    {
        while (level >= -1)
        {
            if (level == 1)
                return true;
            if (arguments[0] is not Term.Call inner || LevelOf(inner) < level)
                return false;
            (level, arguments) = (LevelOf(inner), inner.Arguments);
        }
        return false;
    }

    /// <summary><c>x in xs</c>, or <c>k, v in xs</c>, which in a list would read as two items.</summary>
    private void Member(ImmutableArray<Term> arguments, int outer)
    {
        var parens = arguments.Length == 3 && outer == -1;
        Text(parens ? "(" : "");
        for (var i = 0; i < arguments.Length - 1; i++)
        {
            if (i > 0)
                Text(", ");
            Operand(arguments[i], level: i == 0 && arguments.Length == 2 ? -1 : 0, right: false);
        }
        Text(" in ");
        Operand(arguments[^1], level: 0, right: false);
        Text(parens ? ")" : "");
    }

    /// <summary>An operand, in parentheses when its own operator binds less tightly than the one around it.</summary>
    private void Operand(Term term, int level, bool right)
    {
        var inner = term is Term.Call call ? LevelOf(call) : int.MaxValue;
        var parens = inner > -2 && inner < int.MaxValue && (inner < level || (inner == level && right) || (inner == -1 && level == -1 && term is Term.Call { Arguments.Length: 3 }));
        Text(parens ? "(" : "");
        Write(term);
        Text(parens ? ")" : "");
    }

    private sealed class Blocks : Visitor
    {
        public bool Found { get; private set; }

        public override void Visit(Expr expr)
        {
            Found |= expr.Form is ExprForm.Every or ExprForm.Not;
            base.Visit(expr);
        }
    }
}
