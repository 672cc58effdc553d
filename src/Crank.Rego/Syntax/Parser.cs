using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Crank.Rego.Syntax;

/// <summary>
/// Reads Rego v1, with the template strings of OPA 1.12 and the keywords <c>and</c>, <c>or</c> and <c>not { }</c> of OPA 1.19 where a
/// module imports them. Recursive descent with backtracking; terms are read once, whatever is tried around them.
/// </summary>
public sealed partial class Parser
{
    private readonly SourceText _source;
    private readonly ParseOptions _options;
    private readonly Lexer _lexer;
    private readonly Dictionary<(int Offset, TokenKind Kind), (Term? Term, State After)> _terms = [];
    private FutureKeywords _words;
    private State _now = new();
    private int _depth;

    /// <summary>A query may end in a semicolon.</summary>
    private bool _isQuery;

    /// <summary>Row of the closing brace read last.</summary>
    private int _closeRow;

    private Parser(SourceText source, ParseOptions options)
    {
        _source = source;
        _options = options;
        _lexer = new Lexer(source.Text);
        _words = options.Keywords | (options.IsV0 ? FutureKeywords.None : FutureKeywords.V1);
    }

    private TokenKind Kind => _now.Token.Kind;

    /// <summary>Reads a module.</summary>
    /// <param name="name">What errors call it; a file name.</param>
    /// <param name="text">Its text.</param>
    /// <param name="options">How to read; the usual when null.</param>
    public static ParseResult<Module> ParseModule(string name, string text, ParseOptions? options = null)
    {
        var parser = new Parser(new SourceText(name, text), options ?? ParseOptions.Default);
        var statements = parser.Statements(rules: true);
        return statements is null ? parser.Failed<Module>() : parser.ModuleOf(statements);
    }

    /// <summary>Reads a query: one or more expressions separated by semicolons or new lines.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read; the usual when null.</param>
    public static ParseResult<Query> ParseQuery(string text, ParseOptions? options = null)
    {
        var parser = new Parser(new SourceText("", text), options ?? ParseOptions.Default);
        parser._isQuery = true;
        var statements = parser.Statements(rules: false);
        if (statements is null)
            return parser.Failed<Query>();
        var body = ImmutableArray.CreateBuilder<Expr>();
        foreach (var statement in statements)
        {
            if (statement.Body.IsDefault)
            {
                parser.Error(statement.At, "expected a query, found a package or import");
                return parser.Failed<Query>();
            }
            foreach (var expr in statement.Body)
                body.Add(expr with { Index = body.Count });
        }
        return body.Count > 0
            ? new ParseResult<Query>(new Query(parser._source, body.ToImmutable()), [])
            : new ParseResult<Query>(null, [new RegoError(RegoErrorCodes.Parse, "the query is empty", null)]);
    }

    /// <summary>Reads one term.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to read; the usual when null.</param>
    public static ParseResult<Term> ParseTerm(string text, ParseOptions? options = null)
    {
        var query = ParseQuery(text, options);
        if (!query.Ok)
            return new ParseResult<Term>(null, query.Errors);
        return query.Value.Body is [{ Negated: false, With.Length: 0 } expr] && expr.Form switch
        {
            ExprForm.Single single => single.Term,
            ExprForm.Call call => new Term.Call(expr.At, call.Function, call.Arguments),
            _ => null,
        } is { } term
            ? new ParseResult<Term>(term, [])
            : new ParseResult<Term>(null, [new RegoError(RegoErrorCodes.Parse, "expected exactly one term", query.Value.Body[0].At)]);
    }

    private ParseResult<T> Failed<T>()
        where T : class
    {
        var errors = _now.Errors.ToList();
        errors.Reverse();
        return new ParseResult<T>(null, [.. errors.Take(_options.MaxErrors)]);
    }

    /// <summary>All statements, or null when there were errors.</summary>
    private List<Statement>? Statements(bool rules)
    {
        if (_source.Text.Length > _options.MaxLength)
        {
            Error(new Location(_source, 0, 0, 1, 1), $"the text has {_source.Text.Length} characters, at most {_options.MaxLength} are read");
            return null;
        }
        var statements = new List<Statement>();
        _now.Position = _lexer.Position;
        Scan();
        while (Kind != TokenKind.EndOfFile)
        {
            _terms.Clear();
            var errors = _now.Errors;
            if (!ReadStatement(statements, rules))
            {
                if (ReferenceEquals(errors, _now.Errors))
                    Illegal();
                if (!_options.Recover || !SkipToNextStatement())
                    break;
            }
            else if (!_options.Recover && !_now.Errors.IsEmpty)
            {
                break;
            }
        }
        return _now.Errors.IsEmpty ? statements : null;
    }

    private bool ReadStatement(List<Statement> to, bool rules)
    {
        var start = _now;
        if (PackageStatement() is { } package)
        {
            to.Add(new Statement(package.At) { Package = package });
            return true;
        }
        if (!ReferenceEquals(_now.Errors, start.Errors))
            return false;
        _now = start;

        if (ImportStatement() is { } import)
        {
            Enable(import);
            to.Add(new Statement(import.At) { Import = import });
            return ReferenceEquals(_now.Errors, start.Errors);
        }
        if (!ReferenceEquals(_now.Errors, start.Errors))
            return false;
        _now = start;

        if (rules)
        {
            if (Rules() is { } made)
            {
                to.AddRange(made.Select(rule => new Statement(rule.At) { Rule = rule }));
                return true;
            }
            if (!ReferenceEquals(_now.Errors, start.Errors))
                return false;
            _now = start;
        }

        if (ReadBody(requireSemicolon: true, TokenKind.EndOfFile) is not { } body)
            return false;
        to.Add(new Statement(body[0].At) { Body = [.. body] });
        return true;
    }

    /// <summary>Goes to the next token at the start of a line; false at the end of the text.</summary>
    private bool SkipToNextStatement()
    {
        _depth = 0;
        while (Kind != TokenKind.EndOfFile)
        {
            var errors = _now.Errors;
            var row = _now.Token.Row;
            Scan();
            _now.Errors = errors;
            if (_now.Token.Column == 1 && _now.Token.Row > row && (Kind == TokenKind.Identifier || Keywords.MayBeName(Kind)))
                return true;
        }
        return false;
    }

    private Package? PackageStatement()
    {
        if (Kind != TokenKind.Package)
            return null;
        var at = Here();
        ScanKeepingSpace();
        if (Kind is TokenKind.Dot or TokenKind.LeftBracket)
            return null;
        if (Kind == TokenKind.Whitespace)
            Scan();
        if (!NameHere())
        {
            Illegal();
            return null;
        }
        if (ReadTerm() is not { } term)
            return null;
        switch (term)
        {
            case Term.Var v:
                return new Package(at, new Term.Ref(v.At, [new Term.Var(v.At, "data"), new Term.String(v.At, v.Name)]));
            case Term.Ref r:
                if (r.Head is not Term.Var head)
                {
                    Error(r.Head.At, $"unexpected {r.Head.Kind} token: expecting var");
                    return null;
                }
                if (r.Path.Skip(1).FirstOrDefault(key => key is not Term.String) is { } wrong)
                {
                    Error(wrong.At, $"unexpected {wrong.Kind} token: expecting string");
                    return null;
                }
                return new Package(at, new Term.Ref(r.At, [new Term.Var(head.At, "data"), new Term.String(head.At, head.Name), .. r.Path[1..]]));
            default:
                Illegal();
                return null;
        }
    }

    private Import? ImportStatement()
    {
        if (Kind != TokenKind.Import)
            return null;
        var at = Here();
        ScanKeepingSpace();
        if (Kind is TokenKind.Dot or TokenKind.LeftBracket)
            return null;
        if (Kind == TokenKind.Whitespace)
            Scan();
        if (!NameHere())
        {
            Illegal();
            return null;
        }
        var path = ReadTerm() switch
        {
            Term.Var v => new Term.Ref(v.At, [v]),
            Term.Ref r => r,
            _ => null,
        };
        if (path is null)
        {
            Error(Here(), "expected path");
            return null;
        }
        if (path.Path.Skip(1).FirstOrDefault(key => key is not Term.String) is { } wrong)
        {
            Error(wrong.At, $"unexpected {wrong.Kind} token: expecting string");
            return null;
        }
        if (path.Head is not Term.Var { Name: "data" or "input" or "future" or "rego" })
        {
            Error(path.At, "unexpected import path, must begin with one of: {data, future, input, rego}, got: " + path.Head);
            return null;
        }
        if (Kind == TokenKind.As)
        {
            Scan();
            if (Kind != TokenKind.Identifier || ReadTerm() is not Term.Var alias)
            {
                Illegal("expected var");
                return null;
            }
            return new Import(at, path, alias.Name);
        }
        var last = path.Path[^1] is Term.String s ? s.Value : "";
        if (path.Head is not Term.Var { Name: "future" } && Keywords.Always.ContainsKey(last))
        {
            Error(path.Path[^1].At, $"unexpected import path, must not end with a keyword, got: {last} (hint: import a different path or use an alias)");
            return null;
        }
        return new Import(at, path, null);
    }

    /// <summary>Gives the keywords that an import of <c>future.keywords</c> or <c>rego.v2</c> brings.</summary>
    private void Enable(Import import)
    {
        var path = import.Path.Path;
        var keys = path.Skip(1).Select(k => ((Term.String)k).Value).ToArray();
        switch (((Term.Var)path[0]).Name)
        {
            case "rego":
                if (keys is not ["v1" or "v2"])
                    Error(import.Path.At, $"invalid import `{import.Path}`, must be `rego.v1`");
                else
                    _words |= keys[0] == "v2" ? FutureKeywords.All | FutureKeywords.V1 : FutureKeywords.V1;
                break;
            case "future":
                if (keys is not ["keywords", ..] || keys.Length > 2)
                    Error(import.Path.At, "invalid import, must be `future.keywords`");
                else if (import.Alias is not null)
                    Error(import.Path.At, "`future` imports cannot be aliased");
                else if (keys.Length == 1)
                    _words |= FutureKeywords.V1;
                else if (!Keywords.Future.Contains(keys[1]))
                    Error(import.Path.At, $"unexpected keyword, must be one of [{string.Join(' ', Keywords.Future)}]");
                else
                    _words |= keys[1] switch { "and" => FutureKeywords.And, "or" => FutureKeywords.Or, "not" => FutureKeywords.Not, "every" => FutureKeywords.Every | FutureKeywords.In, _ => Keywords.Needs(Keywords.Always[keys[1]]) };
                break;
        }
    }

    /// <summary>Takes the token for a name when it is one or a keyword that may be one.</summary>
    private bool NameHere()
    {
        if (Keywords.MayBeName(Kind))
            _now.Token = _now.Token with { Kind = TokenKind.Identifier };
        return Kind == TokenKind.Identifier;
    }

    /// <summary>Takes a keyword for a name when a dot or bracket follows at once, so that a reference may begin with one.</summary>
    private bool NameIfReference()
    {
        if (!Keywords.MayBeName(Kind))
            return false;
        var start = _now;
        ScanKeepingSpace();
        var next = Kind;
        _now = start;
        if (next is not (TokenKind.Dot or TokenKind.LeftBracket))
            return false;
        _now.Token = _now.Token with { Kind = TokenKind.Identifier };
        return true;
    }

    private Location Here() => new(_source, _now.Token.Offset, _now.Token.End - _now.Token.Offset, _now.Token.Row, _now.Token.Column);

    private Location From(Location start, int offset, int end) => new(_source, offset, Math.Max(0, end - offset), start.Row, start.Column);

    private void Error(Location at, string message) => _now.Errors = _now.Errors.Push(new RegoError(RegoErrorCodes.Parse, message, at));

    private void Illegal(string note = "")
    {
        if (Kind == TokenKind.Illegal)
        {
            Error(Here(), "illegal token");
            return;
        }
        var name = Keywords.NameOf(Kind);
        var sort = Keywords.MayBeName(Kind) ? "keyword" : "token";
        Error(Here(), note.Length > 0 ? $"unexpected {name} {sort}: {note}" : $"unexpected {name} {sort}");
    }

    private void Scan() => Scan(skipSpace: true, template: false, raw: false);

    private void ScanKeepingSpace() => Scan(skipSpace: false, template: false, raw: false);

    private void Scan(bool skipSpace, bool template, bool raw)
    {
        if (Kind != TokenKind.Whitespace)
        {
            _now.LastEnd = _now.Token.End;
            _now.SkippedLine = false;
        }
        _lexer.Position = _now.Position;
        while (true)
        {
            _now.Token = template ? _lexer.NextOfTemplate(raw) : _lexer.Next(_words);
            foreach (var error in _lexer.Errors)
                Error(Here(), error);
            if (Kind == TokenKind.Whitespace)
            {
                if (_now.Token.Text == "\n")
                    _now.SkippedLine = true;
                if (skipSpace)
                    continue;
            }
            if (Kind != TokenKind.Comment)
                break;
            _now.Comments = _now.Comments.Push(new Comment(Here(), _now.Token.Text[1..].TrimEnd('\r')));
        }
        _now.Position = _lexer.Position;
    }

    /// <summary>Goes one level deeper; false, with an error, when that is too deep.</summary>
    private bool Enter()
    {
        if (++_depth <= _options.MaxDepth && RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return true;
        _depth--;
        Error(Here(), $"nested too deeply: at most {_options.MaxDepth} levels are read; name inner parts with rules of their own");
        return false;
    }

    private T? Leave<T>(T? result)
    {
        _depth--;
        return result;
    }

    /// <summary>Where the parser is; a copy of it goes back there.</summary>
    private struct State
    {
        public Lexer.Mark Position;
        public Token Token;
        public int LastEnd;
        public int Wildcards;
        public bool SkippedLine;
        public ImmutableStack<RegoError> Errors = [];
        public ImmutableStack<Comment> Comments = [];

        public State()
        {
        }
    }

    private sealed record Statement(Location At)
    {
        public Package? Package { get; init; }

        public Import? Import { get; init; }

        public Rule? Rule { get; init; }

        public ImmutableArray<Expr> Body { get; init; }
    }
}
