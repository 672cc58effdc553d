using System.Runtime.CompilerServices;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.GraphQl;

/// <summary>
/// Reads GraphQL documents (October 2021) into the tree that OPA's builtins return: objects with the member names of its library, without empty members.
/// Places of fields and the like are kept beside the tree for messages.
/// </summary>
internal sealed class GraphQlParser
{
    private const int MaxDepth = 200;
    private const int MaxLength = 1 << 20;

    private readonly BuiltinContext _context;
    private readonly GraphQlLexer _lexer;
    private GraphQlToken _token;
    private GraphQlToken _previous;
    private int _depth;

    private GraphQlParser(BuiltinContext context, string text)
    {
        if (text.Length > MaxLength)
        {
            throw new GraphQlException($"a document of {text.Length} characters, at most {MaxLength} are allowed");
        }

        _context = context;
        _lexer = new(text);
        _token = _lexer.Next();
    }

    /// <summary>Line and column of the nodes of a tree, by reference.</summary>
    private ConditionalWeakTable<ObjectValue, object> Places { get; } = [];

    public static GraphQlDocument ParseQuery(BuiltinContext context, string text)
    {
        var parser = new GraphQlParser(context, text);
        return new(parser.Query(), parser.Places);
    }

    public static GraphQlDocument ParseSchema(BuiltinContext context, string text)
    {
        var parser = new GraphQlParser(context, text);
        return new(parser.Schema(), parser.Places);
    }

    // ----- Executable documents

    private ObjectValue Query()
    {
        var (operations, fragments) = (new ArrayBuilder(), new ArrayBuilder());
        while (_token.Kind != TokenKind.End)
        {
            switch (_token.Kind, _token.Value)
            {
                case (TokenKind.BraceL, _) or (TokenKind.Name, "query" or "mutation" or "subscription"):
                    operations.Add(Operation());
                    break;
                case (TokenKind.Name, "fragment"):
                    fragments.Add(Fragment());
                    break;
                default:
                    throw Unexpected(_token);
            }
        }

        return Node(("Operations", operations.ToArray()), ("Fragments", fragments.ToArray()));
    }

    private Value Operation()
    {
        var start = _token;
        if (_token.Kind == TokenKind.BraceL)
        {
            return Placed(start, ("Operation", "query"), ("Name", ""), ("SelectionSet", Selections()));
        }

        var operation = Take().Value;
        var name = _token.Kind == TokenKind.Name ? Take().Value : "";
        return Placed(
            start,
            ("Operation", operation),
            ("Name", name),
            ("VariableDefinitions", Variables()),
            ("Directives", Directives(false)),
            ("SelectionSet", Selections()));
    }

    private Value Fragment()
    {
        var start = _token;
        Keyword("fragment");
        if (_token is { Kind: TokenKind.Name, Value: "on" })
        {
            throw Unexpected(_token);
        }

        var name = Name();
        var variables = Variables();
        Keyword("on");
        return Placed(start, ("Name", name), ("VariableDefinition", variables), ("TypeCondition", Name()), ("Directives", Directives(false)), ("SelectionSet", Selections()));
    }

    private ArrayValue Variables() => Many(TokenKind.ParenL, TokenKind.ParenR, () =>
    {
        var start = _token;
        Expect(TokenKind.Dollar);
        var name = Name();
        Expect(TokenKind.Colon);
        return Placed(start, ("Variable", name), ("Type", Type()), ("DefaultValue", Default()), ("Directives", Directives(false)), ("Used", false));
    });

    private ArrayValue Selections() => _token.Kind == TokenKind.BraceL
        ? Some(TokenKind.BraceL, TokenKind.BraceR, Selection)
        : throw Wrong(_token, $"Expected {{, found {_token}");

    private Value Selection()
    {
        var start = _token;
        if (Skip(TokenKind.Spread))
        {
            if (_token.Kind == TokenKind.Name && _token.Value != "on")
            {
                return Placed(start, ("Name", Name()), ("Directives", Directives(false)));
            }

            var condition = "";
            if (_token is { Kind: TokenKind.Name, Value: "on" })
            {
                Take();
                condition = Name();
            }

            return Placed(start, ("TypeCondition", condition), ("Directives", Directives(false)), ("SelectionSet", Selections()));
        }

        var alias = Name();
        var name = Skip(TokenKind.Colon) ? Name() : alias;
        return Placed(
            start,
            ("Alias", alias),
            ("Name", name),
            ("Arguments", Arguments(false)),
            ("Directives", Directives(false)),
            ("SelectionSet", _token.Kind == TokenKind.BraceL ? Selections() : default(Value)));
    }

    private ArrayValue Arguments(bool isConstant) => Many(TokenKind.ParenL, TokenKind.ParenR, () => Member(isConstant));

    private Value Member(bool isConstant)
    {
        var start = _token;
        var name = Name();
        Expect(TokenKind.Colon);
        return Placed(start, ("Name", name), ("Value", Literal(isConstant)));
    }

    private Value Literal(bool isConstant)
    {
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.BracketL:
                var items = Many(TokenKind.BracketL, TokenKind.BracketR, () => Node(("Name", ""), ("Value", Literal(isConstant))));
                return Literal(token, "", ValueForm.List, items);
            case TokenKind.BraceL:
                return Literal(token, "", ValueForm.Object, Many(TokenKind.BraceL, TokenKind.BraceR, () => Member(isConstant)));
            case TokenKind.Dollar when !isConstant:
                Take();
                return Literal(token, Name(), ValueForm.Variable);
            case TokenKind.Int:
                return Literal(token, Take().Value, ValueForm.Int);
            case TokenKind.Float:
                return Literal(token, Take().Value, ValueForm.Float);
            case TokenKind.String:
                return Literal(token, Take().Value, ValueForm.String);
            case TokenKind.BlockString:
                return Literal(token, Take().Value, ValueForm.Block);
            case TokenKind.Name:
                return Literal(token, Take().Value, token.Value switch { "true" or "false" => ValueForm.Boolean, "null" => ValueForm.Null, _ => ValueForm.Enum });
            default:
                throw Unexpected(token);
        }
    }

    private ObjectValue Literal(GraphQlToken at, string raw, ValueForm form, Value children = default) =>
        Placed(at, ("Raw", raw), ("Kind", (long)form), ("Children", children), ("ExpectedTypeHasDefault", false));

    private ArrayValue Directives(bool isConstant)
    {
        var result = new ArrayBuilder(0);
        while (_token.Kind == TokenKind.At)
        {
            var start = Take();
            result.Add(Placed(start, ("Name", Name()), ("Arguments", Arguments(isConstant)), ("Location", "")));
        }

        return result.ToArray();
    }

    private Value Type()
    {
        var start = _token;
        Enter();
        Value element = default;
        var name = "";
        if (Skip(TokenKind.BracketL))
        {
            element = Type();
            Expect(TokenKind.BracketR);
        }
        else
        {
            name = Name();
        }

        _depth--;
        return Placed(start, ("NamedType", name), ("Elem", element), ("NonNull", Skip(TokenKind.Bang)));
    }

    private Value Default() => Skip(TokenKind.Equals) ? Literal(true) : default;

    // ----- Type systems

    private ObjectValue Schema()
    {
        var (schemas, schemaExtensions, directives, definitions, extensions) =
            (new ArrayBuilder(0), new ArrayBuilder(0), new ArrayBuilder(0), new ArrayBuilder(), new ArrayBuilder(0));
        while (_token.Kind != TokenKind.End)
        {
            var description = Description();
            if (_token.Kind != TokenKind.Name)
            {
                throw Unexpected(_token);
            }

            switch (_token.Value)
            {
                case "scalar" or "type" or "interface" or "union" or "enum" or "input":
                    definitions.Add(Definition(description, isExtension: false));
                    break;
                case "schema":
                    schemas.Add(SchemaDefinition(description, isExtension: false));
                    break;
                case "directive":
                    directives.Add(DirectiveDefinition(description));
                    break;
                case "extend":
                    if (description.Length > 0)
                    {
                        throw Unexpected(_previous);
                    }

                    Take();
                    switch (_token.Kind == TokenKind.Name ? _token.Value : "")
                    {
                        case "schema":
                            schemaExtensions.Add(SchemaDefinition("", isExtension: true));
                            break;
                        case "scalar" or "type" or "interface" or "union" or "enum" or "input":
                            extensions.Add(Definition("", isExtension: true));
                            break;
                        default:
                            throw Unexpected(_token);
                    }

                    break;
                default:
                    throw Unexpected(_token);
            }
        }

        return Node(
            ("Schema", schemas.ToArray()),
            ("SchemaExtension", schemaExtensions.ToArray()),
            ("Directives", directives.ToArray()),
            ("Definitions", definitions.ToArray()),
            ("Extensions", extensions.ToArray()));
    }

    private Value SchemaDefinition(string description, bool isExtension)
    {
        var start = _token;
        Keyword("schema");
        var directives = Directives(true);
        var operations = Some(TokenKind.BraceL, TokenKind.BraceR, () =>
        {
            var at = _token;
            if (_token.Kind != TokenKind.Name || _token.Value is not ("query" or "mutation" or "subscription"))
            {
                throw Unexpected(_token);
            }

            var operation = Take().Value;
            Expect(TokenKind.Colon);
            return Placed(at, ("Operation", operation), ("Type", Name()));
        });
        return isExtension && directives.Count == 0 && operations.Count == 0
            ? throw Unexpected(_token)
            : Placed(start, ("Description", description), ("Directives", directives), ("OperationTypes", operations));
    }

    private Value Definition(string description, bool isExtension)
    {
        var start = _token;
        var keyword = Take().Value;
        var name = Name();
        var (interfaces, fields, types, values) = (ArrayValue.Empty, ArrayValue.Empty, ArrayValue.Empty, ArrayValue.Empty);
        if (keyword is "type" or "interface")
        {
            interfaces = Interfaces();
        }

        var directives = Directives(true);
        switch (keyword)
        {
            case "type" or "interface":
                fields = Some(TokenKind.BraceL, TokenKind.BraceR, () => FieldDefinition(hasArguments: true));
                break;
            case "input":
                fields = Some(TokenKind.BraceL, TokenKind.BraceR, () => FieldDefinition(hasArguments: false));
                break;
            case "union":
                types = UnionTypes();
                break;
            case "enum":
                values = Some(TokenKind.BraceL, TokenKind.BraceR, () =>
                {
                    var at = _token;
                    var about = Description();
                    return Placed(at, ("Description", about), ("Name", Name()), ("Directives", Directives(true)));
                });
                break;
        }

        if (isExtension && interfaces.Count + directives.Count + fields.Count + types.Count + values.Count == 0)
        {
            throw Unexpected(_token);
        }

        return Placed(
            start,
            ("Kind", keyword switch { "scalar" => "SCALAR", "type" => "OBJECT", "interface" => "INTERFACE", "union" => "UNION", "enum" => "ENUM", _ => "INPUT_OBJECT" }),
            ("Description", description),
            ("Name", name),
            ("Directives", directives),
            ("Interfaces", interfaces),
            ("Fields", fields),
            ("Types", types),
            ("EnumValues", values),
            ("BuiltIn", false));
    }

    private ArrayValue Interfaces()
    {
        if (_token is not { Kind: TokenKind.Name, Value: "implements" })
        {
            return ArrayValue.Empty;
        }

        Take();
        return Separated(TokenKind.Amp, Name);
    }

    private ArrayValue UnionTypes() => Skip(TokenKind.Equals) ? Separated(TokenKind.Pipe, Name) : ArrayValue.Empty;

    private ArrayValue Separated(TokenKind separator, Func<string> one)
    {
        var result = new ArrayBuilder();
        Skip(separator);
        do
        {
            result.Add(one());
        }
        while (Skip(separator));
        return result.ToArray();
    }

    private Value FieldDefinition(bool hasArguments)
    {
        var start = _token;
        var description = Description();
        var name = Name();
        var arguments = hasArguments ? Some(TokenKind.ParenL, TokenKind.ParenR, () => FieldDefinition(hasArguments: false)) : ArrayValue.Empty;
        Expect(TokenKind.Colon);
        var type = Type();
        return Placed(
            start,
            ("Description", description),
            ("Name", name),
            ("Arguments", arguments),
            ("Type", type),
            ("DefaultValue", hasArguments ? default : Default()),
            ("Directives", Directives(true)));
    }

    private Value DirectiveDefinition(string description)
    {
        var start = _token;
        Keyword("directive");
        Expect(TokenKind.At);
        var name = Name();
        var arguments = Some(TokenKind.ParenL, TokenKind.ParenR, () => FieldDefinition(hasArguments: false));
        var repeatable = _token is { Kind: TokenKind.Name, Value: "repeatable" };
        if (repeatable)
        {
            Take();
        }

        Keyword("on");
        var locations = Separated(TokenKind.Pipe, () =>
        {
            var token = _token;
            var location = Name();
            return GraphQlSchema.IsDirectiveLocation(location) ? location : throw Unexpected(token);
        });
        return Placed(start, ("Description", description), ("Name", name), ("Arguments", arguments), ("Locations", locations), ("IsRepeatable", repeatable));
    }

    private string Description() => _token.Kind is TokenKind.String or TokenKind.BlockString ? Take().Value : "";

    // ----- Tokens and nodes

    private GraphQlToken Take()
    {
        _context.Charge(1);
        _previous = _token;
        _token = _lexer.Next();
        return _previous;
    }

    private bool Skip(TokenKind kind)
    {
        if (_token.Kind != kind)
        {
            return false;
        }

        Take();
        return true;
    }

    private GraphQlToken Expect(TokenKind kind) => _token.Kind == kind ? Take() : throw Wrong(_token, $"Expected {GraphQlToken.Spell(kind)}, found {_token}");

    private string Name() => Expect(TokenKind.Name).Value;

    private void Keyword(string word)
    {
        if (_token.Kind != TokenKind.Name || _token.Value != word)
        {
            throw Wrong(_token, $"Expected {Go.GoQuote.Quote(word)}, found {_token}");
        }

        Take();
    }

    private ArrayValue Many(TokenKind open, TokenKind close, Func<Value> one) => List(open, close, one, atLeastOne: false);

    private ArrayValue Some(TokenKind open, TokenKind close, Func<Value> one) => List(open, close, one, atLeastOne: true);

    private ArrayValue List(TokenKind open, TokenKind close, Func<Value> one, bool atLeastOne)
    {
        if (!Skip(open))
        {
            return ArrayValue.Empty;
        }

        Enter();
        var result = new ArrayBuilder();
        while (_token.Kind != close)
        {
            result.Add(one());
        }

        if (atLeastOne && result.Count == 0)
        {
            throw Wrong(_token, $"expected at least one definition, found {GraphQlToken.Spell(_token.Kind)}");
        }

        Take();
        _depth--;
        return result.ToArray();
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong(_token, $"nested more than {MaxDepth} deep");
        }
    }

    private static GraphQlException Unexpected(GraphQlToken token) => Wrong(token, $"Unexpected {token}");

    private static GraphQlException Wrong(GraphQlToken token, string what) => new(what, token.At);

    private ObjectValue Placed(GraphQlToken at, params ReadOnlySpan<(string Name, Value Value)> members)
    {
        var node = Node(members);
        Places.Add(node, at.At);
        return node;
    }

    private static ObjectValue Node(params ReadOnlySpan<(string Name, Value Value)> members)
    {
        var node = new ObjectBuilder(members.Length);
        foreach (var (name, value) in members)
        {
            if (value.IsDefined && !(value.Kind == ValueKind.Array && value.AsArray().Count == 0))
            {
                node.Set(name, value);
            }
        }

        return node.ToObject();
    }
}
