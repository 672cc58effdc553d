using Crank.Rego.Values;

namespace Crank.Rego.Builtins.GraphQl;

/// <summary>A type system built from a document and checked by the rules of section 3; with the prelude merged in.</summary>
internal sealed class GraphQlSchema
{
    private readonly GraphQlDocument _document;
    private readonly Dictionary<string, GraphQlType> _types = [];
    private readonly Dictionary<string, ObjectValue> _directives = [];
    private readonly Dictionary<string, HashSet<string>> _possible = [];

    private GraphQlSchema(GraphQlDocument document) => _document = document;

    public GraphQlType? Query { get; private set; }

    public GraphQlType? Mutation { get; private set; }

    public GraphQlType? Subscription { get; private set; }

    public static bool IsDirectiveLocation(string name) => name is
        "QUERY" or "MUTATION" or "SUBSCRIPTION" or "FIELD" or "FRAGMENT_DEFINITION" or "FRAGMENT_SPREAD" or "INLINE_FRAGMENT" or "VARIABLE_DEFINITION"
        or "SCHEMA" or "SCALAR" or "OBJECT" or "FIELD_DEFINITION" or "ARGUMENT_DEFINITION" or "INTERFACE" or "UNION" or "ENUM" or "ENUM_VALUE"
        or "INPUT_OBJECT" or "INPUT_FIELD_DEFINITION";

    /// <summary>Builds and checks.</summary>
    /// <exception cref="GraphQlException">A rule is broken; the message is that of OPA's library.</exception>
    public static GraphQlSchema Build(BuiltinContext context, GraphQlDocument document)
    {
        var schema = new GraphQlSchema(document);
        schema.Add(GraphQlParser.ParseSchema(context, Prelude.Text).Root, isBuiltIn: true);
        schema.Add(document.Root, isBuiltIn: false);
        schema.Connect();
        foreach (var directive in schema._directives.Values)
        {
            schema.CheckArguments(directive.Children("Arguments"), directive.Text("Name"));
            schema.CheckName(directive);
        }

        foreach (var type in schema._types.Values)
        {
            context.Charge(1 + type.Fields.Count);
            schema.Check(type);
        }

        schema.FindRoots(document.Root);
        return schema;
    }

    public GraphQlType? Type(string name) => _types.GetValueOrDefault(name);

    public ObjectValue? Directive(string name) => _directives.GetValueOrDefault(name);

    /// <summary>The object types that a value of a type can have.</summary>
    public IReadOnlySet<string> PossibleTypes(string name) => _possible.TryGetValue(name, out var possible) ? possible : new HashSet<string>();

    /// <summary>A field of a type, the introspection fields included.</summary>
    public ObjectValue? Field(GraphQlType type, string name) => type.Field(name)
        ?? (name == "__typename" && type.IsComposite ? _types["__Root"].Field(name) : null)
        ?? (name is "__schema" or "__type" && type == Query ? _types["__Root"].Field(name) : null);

    private void Add(ObjectValue root, bool isBuiltIn)
    {
        foreach (var definition in root.Children("Definitions"))
        {
            var name = definition.Text("Name");
            var type = new GraphQlType(name, definition.Text("Kind"), isBuiltIn);
            if (!_types.TryAdd(name, type))
            {
                throw Wrong(definition, $"Cannot redeclare type {name}.");
            }

            type.Extend(definition);
        }

        foreach (var extension in root.Children("Extensions"))
        {
            var name = extension.Text("Name");
            var kind = extension.Text("Kind");
            if (!_types.TryGetValue(name, out var type))
            {
                _types[name] = type = new(name, kind, false);
            }

            if (type.Kind != kind)
            {
                throw Wrong(extension, $"Cannot extend type {name} because the base type is a {type.Kind}, not {kind}.");
            }

            type.Extend(extension);
        }

        foreach (var directive in root.Children("Directives"))
        {
            // The ones of the specification may be declared again.
            if (!_directives.TryAdd(directive.Text("Name"), directive))
            {
                if (directive.Text("Name") is not ("include" or "skip" or "deprecated" or "specifiedBy" or "defer"))
                {
                    throw Wrong(directive, $"Cannot redeclare directive {directive.Text("Name")}.");
                }

                _directives[directive.Text("Name")] = directive;
            }
        }
    }

    private void Connect()
    {
        foreach (var type in _types.Values)
        {
            switch (type.Kind)
            {
                case "OBJECT":
                    Possible(type.Name).Add(type.Name);
                    foreach (var one in type.Interfaces)
                    {
                        Possible(one).Add(type.Name);
                    }

                    break;
                case "UNION":
                    foreach (var member in type.Members)
                    {
                        Possible(type.Name).Add(member);
                    }

                    break;
            }
        }

        HashSet<string> Possible(string name) => _possible.TryGetValue(name, out var set) ? set : _possible[name] = [];
    }

    private void FindRoots(ObjectValue root)
    {
        var schemas = root.Children("Schema").ToList();
        if (schemas.Count > 1)
        {
            throw Wrong(schemas[1], "Cannot have multiple schema entry points, consider schema extensions instead.");
        }

        foreach (var schema in schemas.Concat(root.Children("SchemaExtension")))
        {
            CheckDirectives(schema.Children("Directives"), "SCHEMA", null);
            foreach (var operation in schema.Children("OperationTypes"))
            {
                var (name, type) = (operation.Text("Operation"), Type(operation.Text("Type")));
                if (type is null)
                {
                    throw Wrong(operation, $"Schema root {name} refers to a type {operation.Text("Type")} that does not exist.");
                }

                switch (name)
                {
                    case "query":
                        Query = type;
                        break;
                    case "mutation":
                        Mutation = type;
                        break;
                    case "subscription":
                        Subscription = type;
                        break;
                }
            }
        }

        if (schemas.Count == 0)
        {
            Query ??= Type("Query");
            Mutation ??= Type("Mutation");
            Subscription ??= Type("Subscription");
        }
    }

    private void Check(GraphQlType type)
    {
        foreach (var field in type.Fields)
        {
            if (!type.IsBuiltIn)
            {
                CheckName(field);
            }

            CheckType(field.Child("Type"), field);
            CheckArguments(field.Children("Arguments"), null);
            CheckDirectives(field.Children("Directives"), type.Kind == "INPUT_OBJECT" ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION", null);
        }

        foreach (var member in type.Members)
        {
            var found = Type(member) ?? throw new GraphQlException($"Undefined type {Go.GoQuote.Quote(member)}.");
            if (found.Kind != "OBJECT")
            {
                throw new GraphQlException($"{type.Kind} type {Go.GoQuote.Quote(member)} must be OBJECT.");
            }
        }

        foreach (var name in type.Interfaces)
        {
            CheckImplements(type, name);
        }

        switch (type.Kind)
        {
            case "OBJECT" or "INTERFACE":
                CheckFields(type, "fields", static found => found.Kind is "SCALAR" or "OBJECT" or "INTERFACE" or "UNION" or "ENUM", "SCALAR, OBJECT, INTERFACE, UNION, ENUM");
                break;
            case "INPUT_OBJECT":
                CheckFields(type, "input fields", static found => found.IsInput, "SCALAR, ENUM, INPUT_OBJECT");
                break;
            case "ENUM" when type.EnumValues.Count == 0:
                throw new GraphQlException($"ENUM {type.Name}: must define one or more unique enum values.");
            case "ENUM":
                foreach (var value in type.EnumValues)
                {
                    CheckDirectives(value.Children("Directives"), "ENUM_VALUE", null);
                    if (value.Text("Name") is "true" or "false" or "null")
                    {
                        throw Wrong(value, $"ENUM {type.Name}: non-enum value {value.Text("Name")}.");
                    }
                }

                break;
        }

        if (!type.IsBuiltIn && type.Name.StartsWith("__", StringComparison.Ordinal))
        {
            throw new GraphQlException($"Name \"{type.Name}\" must not begin with \"__\", which is reserved by GraphQL introspection.");
        }

        CheckDirectives(type.Directives, type.Kind, null);
    }

    private void CheckFields(GraphQlType type, string what, Func<GraphQlType, bool> fits, string kinds)
    {
        if (type.Fields.Count == 0)
        {
            throw new GraphQlException($"{type.Kind} {type.Name}: must define one or more {what}.");
        }

        var names = new HashSet<string>();
        foreach (var field in type.Fields)
        {
            if (Type(field.Child("Type")?.TypeName() ?? "") is { } found && !fits(found))
            {
                throw Wrong(field, $"{type.Kind} {type.Name}: field must be one of {kinds}.");
            }

            if (!names.Add(field.Text("Name")))
            {
                throw Wrong(field, $"Field {type.Name}.{field.Text("Name")} can only be defined once.");
            }
        }
    }

    private void CheckImplements(GraphQlType type, string name)
    {
        var face = Type(name) ?? throw new GraphQlException($"Undefined type {Go.GoQuote.Quote(name)}.");
        if (face.Kind != "INTERFACE")
        {
            throw new GraphQlException($"{Go.GoQuote.Quote(name)} is a non interface type {face.Kind}.");
        }

        foreach (var required in face.Fields)
        {
            var field = type.Field(required.Text("Name"))
                ?? throw new GraphQlException($"For {type.Name} to implement {name} it must have a field called {required.Text("Name")}.");
            if (field.Child("Type") is not { } fieldType || required.Child("Type") is not { } requiredType || !IsCovariant(requiredType, fieldType))
            {
                throw Wrong(field, $"For {type.Name} to implement {name} the field {required.Text("Name")} must have type {required.Child("Type")?.TypeText()}.");
            }

            foreach (var argument in required.Children("Arguments"))
            {
                var mine = field.Children("Arguments").Named(argument.Text("Name"))
                    ?? throw Wrong(field, $"For {type.Name} to implement {name} the field {required.Text("Name")} must have the same arguments but it is missing {argument.Text("Name")}.");
                if (mine.Child("Type")?.TypeText() != argument.Child("Type")?.TypeText())
                {
                    throw Wrong(field, $"For {type.Name} to implement {name} the field {required.Text("Name")} must have the same arguments but {argument.Text("Name")} has the wrong type.");
                }
            }

            foreach (var argument in field.Children("Arguments"))
            {
                if (argument.Child("Type")?.Flag("NonNull") == true && argument.Child("DefaultValue") is null && required.Children("Arguments").Named(argument.Text("Name")) is null)
                {
                    throw Wrong(field, $"For {type.Name} to implement {name} any additional arguments on {required.Text("Name")} must be optional or have a default value but {argument.Text("Name")} is required.");
                }
            }
        }

        foreach (var ancestor in face.Interfaces)
        {
            if (!type.Interfaces.Contains(ancestor))
            {
                throw new GraphQlException($"Type {type.Name} must implement {ancestor} because it is implemented by {name}.");
            }
        }
    }

    private bool IsCovariant(ObjectValue required, ObjectValue actual)
    {
        if (required.Flag("NonNull") && !actual.Flag("NonNull"))
        {
            return false;
        }

        if (required.Child("Elem") is { } requiredElement)
        {
            return actual.Child("Elem") is { } actualElement && IsCovariant(requiredElement, actualElement);
        }

        if (actual.Child("Elem") is not null)
        {
            return false;
        }

        var (wanted, given) = (required.Text("NamedType"), actual.Text("NamedType"));
        return wanted == given || PossibleTypes(wanted).Contains(given) || Type(given)?.Interfaces.Contains(wanted) == true;
    }

    private void CheckType(ObjectValue? type, ObjectValue at)
    {
        if (type is null || Type(type.TypeName()) is null)
        {
            throw Wrong(at, $"Undefined type {type?.TypeName()}.");
        }
    }

    private void CheckArguments(IEnumerable<ObjectValue> arguments, string? currentDirective)
    {
        foreach (var argument in arguments)
        {
            CheckName(argument);
            CheckType(argument.Child("Type"), argument);
            var type = Type(argument.Child("Type")!.TypeName())!;
            if (!type.IsInput)
            {
                throw Wrong(argument, $"cannot use {argument.Child("Type")!.TypeText()} as argument {argument.Text("Name")} because {type.Kind} is not a valid input type");
            }

            CheckDirectives(argument.Children("Directives"), "ARGUMENT_DEFINITION", currentDirective);
        }
    }

    private void CheckDirectives(IEnumerable<ObjectValue> directives, string location, string? currentDirective)
    {
        foreach (var directive in directives)
        {
            var name = directive.Text("Name");
            CheckName(directive);
            if (name == currentDirective)
            {
                throw Wrong(directive, $"Directive {name} cannot refer to itself.");
            }

            var definition = Directive(name) ?? throw Wrong(directive, $"Undefined directive {name}.");
            if (!definition.Texts("Locations").Contains(location))
            {
                throw Wrong(directive, $"Directive {name} is not applicable on {location}.");
            }

            foreach (var argument in directive.Children("Arguments"))
            {
                if (definition.Children("Arguments").Named(argument.Text("Name")) is null)
                {
                    throw Wrong(directive, $"Undefined argument {argument.Text("Name")} for directive {name}.");
                }
            }

            foreach (var required in definition.Children("Arguments"))
            {
                if (required.Child("Type")?.Flag("NonNull") == true && required.Child("DefaultValue") is null
                    && directive.Children("Arguments").Named(required.Text("Name"))?.Child("Value")?.Form() is null or ValueForm.Null)
                {
                    throw Wrong(directive, $"Argument {required.Text("Name")} for directive {name} cannot be null.");
                }
            }
        }
    }

    private void CheckName(ObjectValue node)
    {
        if (node.Text("Name").StartsWith("__", StringComparison.Ordinal))
        {
            throw Wrong(node, $"Name \"{node.Text("Name")}\" must not begin with \"__\", which is reserved by GraphQL introspection.");
        }
    }

    private GraphQlException Wrong(ObjectValue node, string message) => new(message.TrimEnd('.'), _document.PlaceOf(node));
}
