using Crank.Rego.Values;

namespace Crank.Rego.Builtins.GraphQl;

/// <summary>Checks an executable document against a schema by the rules of section 5; the first broken rule ends it.</summary>
internal sealed class QueryValidator
{
    private const int MaxDepth = 200;

    private readonly BuiltinContext _context;
    private readonly GraphQlSchema _schema;
    private readonly GraphQlDocument _document;
    private readonly Dictionary<string, ObjectValue> _fragments = [];
    private readonly HashSet<string> _usedFragments = [];
    private readonly FieldMerging _merging;

    // The variables of the operation that is walked; null inside a fragment of its own.
    private Dictionary<string, ObjectValue>? _variables;
    private HashSet<string> _usedVariables = [];
    private string _operationName = "";

    private QueryValidator(BuiltinContext context, GraphQlSchema schema, GraphQlDocument document)
    {
        _context = context;
        _schema = schema;
        _document = document;
        _merging = new(context, schema, _fragments, Wrong);
    }

    /// <exception cref="GraphQlException">The document breaks a rule.</exception>
    public static void Validate(BuiltinContext context, GraphQlSchema schema, GraphQlDocument document) => new QueryValidator(context, schema, document).Run();

    private void Run()
    {
        foreach (var fragment in _document.Root.Children("Fragments"))
        {
            if (!_fragments.TryAdd(fragment.Text("Name"), fragment))
            {
                throw Wrong(fragment, $"There can be only one fragment named \"{fragment.Text("Name")}\".");
            }
        }

        foreach (var fragment in _fragments.Values)
        {
            CheckFragment(fragment);
        }

        var operations = _document.Root.Children("Operations").ToList();
        var names = new HashSet<string>();
        foreach (var operation in operations)
        {
            if (operation.Text("Name").Length == 0 && operations.Count > 1)
            {
                throw Wrong(operation, "This anonymous operation must be the only defined operation.");
            }

            if (!names.Add(operation.Text("Name")))
            {
                throw Wrong(operation, $"There can be only one operation named \"{operation.Text("Name")}\".");
            }

            CheckOperation(operation);
        }

        foreach (var (name, fragment) in _fragments)
        {
            if (!_usedFragments.Contains(name))
            {
                throw Wrong(fragment, $"Fragment \"{name}\" is never used.");
            }
        }
    }

    private void CheckFragment(ObjectValue fragment)
    {
        CheckCycle(fragment, []);
        var type = CompositeCondition(fragment, $"Fragment \"{fragment.Text("Name")}\" cannot condition on non composite type \"{fragment.Text("TypeCondition")}\".");
        CheckDirectives(fragment, "FRAGMENT_DEFINITION");
        CheckSelections(fragment, type, 0);
    }

    private void CheckCycle(ObjectValue selectionOwner, HashSet<string> path)
    {
        var name = selectionOwner.Text("Name");
        if (!path.Add(name))
        {
            throw Wrong(selectionOwner, $"Cannot spread fragment \"{name}\" within itself.");
        }

        foreach (var spread in Spreads(selectionOwner, 0))
        {
            if (_fragments.TryGetValue(spread.Text("Name"), out var next))
            {
                CheckCycle(next, path);
            }
        }

        path.Remove(name);
    }

    private IEnumerable<ObjectValue> Spreads(ObjectValue owner, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Wrong(owner, $"nested more than {MaxDepth} deep");
        }

        foreach (var selection in owner.Children("SelectionSet"))
        {
            _context.Charge(1);
            if (Form(selection) == SelectionForm.Spread)
            {
                yield return selection;
            }

            foreach (var inner in Spreads(selection, depth + 1))
            {
                yield return inner;
            }
        }
    }

    private void CheckOperation(ObjectValue operation)
    {
        var kind = operation.Text("Operation");
        var root = kind switch { "query" => _schema.Query, "mutation" => _schema.Mutation, "subscription" => _schema.Subscription, _ => null };
        if (root is null)
        {
            throw Wrong(operation, $"Schema does not support operation type \"{kind}\"");
        }

        _operationName = operation.Text("Name");
        _variables = [];
        _usedVariables = [];
        CheckDirectives(operation, kind.ToUpperInvariant());
        foreach (var variable in operation.Children("VariableDefinitions"))
        {
            CheckVariable(variable);
        }

        if (kind == "subscription" && operation.Children("SelectionSet").Take(2).Count() > 1)
        {
            throw Wrong(operation, (_operationName.Length > 0 ? $"Subscription \"{_operationName}\"" : "Anonymous Subscription") + " must select only one top level field.");
        }

        CheckSelections(operation, root, 0);
        Visit(operation, [], root);
        _merging.Check(operation, root);
        foreach (var (name, variable) in _variables)
        {
            if (!_usedVariables.Contains(name))
            {
                throw Wrong(variable, $"Variable \"${name}\" is never used{(_operationName.Length > 0 ? $" in operation \"{_operationName}\"" : "")}.");
            }
        }

        _variables = null;
    }

    // What the operation uses through its fragments, each fragment once.
    private void Visit(ObjectValue owner, HashSet<string> seen, GraphQlType root)
    {
        foreach (var spread in Spreads(owner, 0))
        {
            var name = spread.Text("Name");
            if (_fragments.TryGetValue(name, out var fragment) && seen.Add(name))
            {
                _usedFragments.Add(name);
                CheckDirectives(fragment, "FRAGMENT_DEFINITION");
                CheckSelections(fragment, _schema.Type(fragment.Text("TypeCondition")), 0);
                Visit(fragment, seen, root);
            }
        }
    }

    private void CheckVariable(ObjectValue variable)
    {
        var name = variable.Text("Variable");
        if (!_variables!.TryAdd(name, variable))
        {
            throw Wrong(variable, $"There can be only one variable named \"${name}\".");
        }

        var type = variable.Child("Type") ?? throw Wrong(variable, $"Variable \"${name}\" has no type.");
        var definition = _schema.Type(type.TypeName()) ?? throw Wrong(variable, $"Unknown type \"{type.TypeName()}\".");
        if (!definition.IsInput)
        {
            throw Wrong(variable, $"Variable \"${name}\" cannot be non-input type \"{type.TypeText()}\".");
        }

        CheckDirectives(variable, "VARIABLE_DEFINITION");
        if (variable.Child("DefaultValue") is { } value)
        {
            CheckValue(value, type, 0);
        }
    }

    private enum SelectionForm
    {
        Field,
        Spread,
        Inline,
    }

    // The tree tells its selections apart by their members.
    private static SelectionForm Form(ObjectValue selection) =>
        selection.ContainsKey("Alias") ? SelectionForm.Field : selection.ContainsKey("TypeCondition") ? SelectionForm.Inline : SelectionForm.Spread;

    private void CheckSelections(ObjectValue owner, GraphQlType? parent, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Wrong(owner, $"nested more than {MaxDepth} deep");
        }

        foreach (var selection in owner.Children("SelectionSet"))
        {
            _context.Charge(1);
            switch (Form(selection))
            {
                case SelectionForm.Field:
                    CheckField(selection, parent, depth);
                    break;
                case SelectionForm.Spread:
                    if (!_fragments.TryGetValue(selection.Text("Name"), out var fragment))
                    {
                        throw Wrong(selection, $"Unknown fragment \"{selection.Text("Name")}\".");
                    }

                    CheckDirectives(selection, "FRAGMENT_SPREAD");
                    CheckOverlap(selection, parent, _schema.Type(fragment.Text("TypeCondition")), $"Fragment \"{selection.Text("Name")}\"");
                    break;
                default:
                    CheckDirectives(selection, "INLINE_FRAGMENT");
                    var condition = selection.Text("TypeCondition").Length == 0
                        ? parent
                        : CompositeCondition(selection, $"Fragment cannot condition on non composite type \"{selection.Text("TypeCondition")}\".");
                    CheckOverlap(selection, parent, condition, "Fragment");
                    CheckSelections(selection, condition, depth + 1);
                    break;
            }
        }
    }

    private GraphQlType CompositeCondition(ObjectValue node, string message)
    {
        var type = _schema.Type(node.Text("TypeCondition")) ?? throw Wrong(node, $"Unknown type \"{node.Text("TypeCondition")}\".");
        return type.IsComposite ? type : throw Wrong(node, message);
    }

    private void CheckOverlap(ObjectValue node, GraphQlType? parent, GraphQlType? condition, string what)
    {
        if (parent is null || condition is null || parent.Name == condition.Name)
        {
            return;
        }

        if (!_schema.PossibleTypes(parent.Name).Overlaps(_schema.PossibleTypes(condition.Name)))
        {
            throw Wrong(node, $"{what} cannot be spread here as objects of type \"{parent.Name}\" can never be of type \"{condition.Name}\".");
        }
    }

    private void CheckField(ObjectValue field, GraphQlType? parent, int depth)
    {
        var name = field.Text("Name");
        if (parent is null)
        {
            return;
        }

        var definition = _schema.Field(parent, name) ?? throw Wrong(field, $"Cannot query field \"{name}\" on type \"{parent.Name}\".");
        CheckDirectives(field, "FIELD");
        CheckArguments(field, definition.Children("Arguments").ToList(), $"Field \"{name}\"", $"Unknown argument \"{{0}}\" on field \"{parent.Name}.{name}\".");
        var type = definition.Child("Type")!;
        var named = _schema.Type(type.TypeName());
        var selects = field.Children("SelectionSet").Any();
        if (named is { IsLeaf: true } && selects)
        {
            throw Wrong(field, $"Field \"{name}\" must not have a selection since type \"{type.TypeText()}\" has no subfields.");
        }

        if (named is { IsComposite: true } && !selects)
        {
            throw Wrong(field, $"Field \"{name}\" of type \"{type.TypeText()}\" must have a selection of subfields. Did you mean \"{name} {{ ... }}\"?");
        }

        CheckSelections(field, named, depth + 1);
    }

    private void CheckArguments(ObjectValue node, List<ObjectValue> definitions, string what, string unknown)
    {
        var names = new HashSet<string>();
        foreach (var argument in node.Children("Arguments"))
        {
            _context.Charge(1);
            var name = argument.Text("Name");
            if (!names.Add(name))
            {
                throw Wrong(argument, $"There can be only one argument named \"{name}\".");
            }

            var definition = definitions.Named(name) ?? throw Wrong(node, unknown.Replace("{0}", name, StringComparison.Ordinal));
            if (argument.Child("Value") is { } value)
            {
                CheckValue(value, definition.Child("Type")!, 0, definition.Child("DefaultValue") is not null);
            }
        }

        foreach (var required in definitions)
        {
            if (required.Child("Type")!.Flag("NonNull") && required.Child("DefaultValue") is null && !names.Contains(required.Text("Name")))
            {
                throw Wrong(node, $"{what} argument \"{required.Text("Name")}\" of type \"{required.Child("Type")!.TypeText()}\" is required, but it was not provided.");
            }
        }
    }

    private void CheckDirectives(ObjectValue node, string location)
    {
        var seen = new HashSet<string>();
        foreach (var directive in node.Children("Directives"))
        {
            var name = directive.Text("Name");
            var definition = _schema.Directive(name) ?? throw Wrong(directive, $"Unknown directive \"@{name}\".");
            if (!definition.Texts("Locations").Contains(location))
            {
                throw Wrong(directive, $"Directive \"@{name}\" may not be used on {location}.");
            }

            if (!seen.Add(name) && !definition.Flag("IsRepeatable"))
            {
                throw Wrong(directive, $"The directive \"@{name}\" can only be used once at this location.");
            }

            CheckArguments(directive, definition.Children("Arguments").ToList(), $"Directive \"@{name}\"", $"Unknown argument \"{{0}}\" on directive \"@{name}\".");
        }
    }

    private void CheckValue(ObjectValue value, ObjectValue type, int depth, bool hasDefault = false)
    {
        _context.Charge(1);
        if (depth > MaxDepth)
        {
            throw Wrong(value, $"nested more than {MaxDepth} deep");
        }

        var form = value.Form();
        if (form == ValueForm.Variable)
        {
            CheckUse(value, type, hasDefault);
            return;
        }

        if (form == ValueForm.Null)
        {
            if (type.Flag("NonNull"))
            {
                throw Wrong(value, $"Expected value of type \"{type.TypeText()}\", found null.");
            }

            return;
        }

        if (type.Child("Elem") is { } element)
        {
            // A single value stands for a list of one.
            foreach (var item in form == ValueForm.List ? value.Children("Children").Select(static child => child.Child("Value")) : [value])
            {
                if (item is not null)
                {
                    CheckValue(item, element, depth + 1);
                }
            }

            return;
        }

        if (_schema.Type(type.Text("NamedType")) is not { } named)
        {
            return;
        }

        switch (named.Kind)
        {
            case "INPUT_OBJECT":
                CheckObject(value, named, depth);
                break;
            case "ENUM":
                if (form != ValueForm.Enum || named.EnumValues.Named(value.Text("Raw")) is null)
                {
                    throw Wrong(value, form is ValueForm.String or ValueForm.Block or ValueForm.Enum
                        ? $"Value \"{value.Text("Raw")}\" does not exist in \"{named.Name}\" enum."
                        : $"Enum \"{named.Name}\" cannot represent non-enum value: {Show(value)}.");
                }

                break;
            case "SCALAR":
                CheckScalar(value, named, type);
                break;
        }
    }

    private void CheckScalar(ObjectValue value, GraphQlType named, ObjectValue type)
    {
        var form = value.Form();
        var fits = named.Name switch
        {
            "Int" => form == ValueForm.Int && int.TryParse(value.Text("Raw"), System.Globalization.CultureInfo.InvariantCulture, out _),
            "Float" => form is ValueForm.Int or ValueForm.Float,
            "String" => form is ValueForm.String or ValueForm.Block,
            "Boolean" => form == ValueForm.Boolean,
            "ID" => form is ValueForm.Int or ValueForm.String or ValueForm.Block,
            _ => true,
        };
        if (!fits)
        {
            throw Wrong(value, named.Name switch
            {
                "Int" => $"Int cannot represent non-integer value: {Show(value)}.",
                "Float" => $"Float cannot represent non numeric value: {Show(value)}.",
                "String" => $"String cannot represent a non string value: {Show(value)}.",
                "Boolean" => $"Boolean cannot represent a non boolean value: {Show(value)}.",
                _ => $"Expected value of type \"{type.TypeText()}\", found {Show(value)}.",
            });
        }
    }

    private void CheckObject(ObjectValue value, GraphQlType named, int depth)
    {
        if (value.Form() != ValueForm.Object)
        {
            throw Wrong(value, $"Expected value of type \"{named.Name}\", found {Show(value)}.");
        }

        var names = new HashSet<string>();
        foreach (var member in value.Children("Children"))
        {
            var name = member.Text("Name");
            if (!names.Add(name))
            {
                throw Wrong(value, $"There can be only one input field named \"{name}\".");
            }

            var field = named.Field(name) ?? throw Wrong(value, $"Field \"{name}\" is not defined by type \"{named.Name}\".");
            if (member.Child("Value") is { } inner)
            {
                CheckValue(inner, field.Child("Type")!, depth + 1, field.Child("DefaultValue") is not null);
            }
        }

        foreach (var field in named.Fields)
        {
            if (field.Child("Type")!.Flag("NonNull") && field.Child("DefaultValue") is null && !names.Contains(field.Text("Name")))
            {
                throw Wrong(value, $"Field \"{named.Name}.{field.Text("Name")}\" of required type \"{field.Child("Type")!.TypeText()}\" was not provided.");
            }
        }
    }

    private void CheckUse(ObjectValue value, ObjectValue type, bool hasDefault)
    {
        if (_variables is null)
        {
            return;
        }

        var name = value.Text("Raw");
        if (!_variables.TryGetValue(name, out var variable))
        {
            throw Wrong(value, $"Variable \"${name}\" is not defined{(_operationName.Length > 0 ? $" by operation \"{_operationName}\"" : "")}.");
        }

        _usedVariables.Add(name);
        var given = variable.Child("Type")!;
        var defaulted = variable.Child("DefaultValue") is { } own && own.Form() != ValueForm.Null;
        if (!Fits(given, type, defaulted || hasDefault))
        {
            throw Wrong(value, $"Variable \"${name}\" of type \"{given.TypeText()}\" used in position expecting type \"{type.TypeText()}\".");
        }
    }

    private static bool Fits(ObjectValue given, ObjectValue wanted, bool defaulted)
    {
        if (wanted.Flag("NonNull") && !given.Flag("NonNull") && !defaulted)
        {
            return false;
        }

        return (given.Child("Elem"), wanted.Child("Elem")) switch
        {
            ({ } a, { } b) => Fits(a, b, defaulted: false),
            (null, null) => given.Text("NamedType") == wanted.Text("NamedType"),
            _ => false,
        };
    }

    private static string Show(ObjectValue value) => value.Form() switch
    {
        ValueForm.String or ValueForm.Block => Go.GoQuote.Quote(value.Text("Raw")),
        ValueForm.List => $"[{string.Join(',', value.Children("Children").Select(static child => Show(child.Child("Value")!)))}]",
        ValueForm.Object => $"{{{string.Join(',', value.Children("Children").Select(static child => $"{child.Text("Name")}:{Show(child.Child("Value")!)}"))}}}",
        ValueForm.Variable => "$" + value.Text("Raw"),
        _ => value.Text("Raw"),
    };

    private GraphQlException Wrong(ObjectValue node, string message) => new(message.TrimEnd('.'), _document.PlaceOf(node));
}
