using Crank.Rego.Values;

namespace Crank.Rego.Builtins.GraphQl;

/// <summary>The rule that fields with one response name must be mergeable (section 5.3.2).</summary>
internal sealed class FieldMerging(
    BuiltinContext context, GraphQlSchema schema, IReadOnlyDictionary<string, ObjectValue> fragments, Func<ObjectValue, string, GraphQlException> wrong)
{
    private readonly record struct Selected(ObjectValue Field, GraphQlType? Parent);

    public void Check(ObjectValue operation, GraphQlType root) => CheckGroup([(operation, root)], 0);

    // All selection sets that answer under one name are compared field by field, and then what lies below each name in turn.
    private void CheckGroup(List<(ObjectValue Owner, GraphQlType? Parent)> owners, int depth)
    {
        if (depth > 200)
        {
            return;
        }

        var byName = new Dictionary<string, List<Selected>>();
        foreach (var (owner, parent) in owners)
        {
            Collect(owner, parent, byName, [], 0);
        }

        foreach (var (name, selected) in byName)
        {
            for (var i = 1; i < selected.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    context.Charge(1);
                    Compare(name, selected[j], selected[i]);
                }
            }

            var below = new List<(ObjectValue, GraphQlType?)>();
            foreach (var one in selected)
            {
                if (one.Field.Children("SelectionSet").Any())
                {
                    below.Add((one.Field, TypeOf(one)));
                }
            }

            if (below.Count > 0)
            {
                CheckGroup(below, depth + 1);
            }
        }
    }

    private void Collect(ObjectValue owner, GraphQlType? parent, Dictionary<string, List<Selected>> byName, HashSet<string> seen, int depth)
    {
        foreach (var selection in owner.Children("SelectionSet"))
        {
            context.Charge(1);
            if (selection.ContainsKey("Alias"))
            {
                var name = selection.Text("Alias");
                (byName.TryGetValue(name, out var list) ? list : byName[name] = []).Add(new(selection, parent));
            }
            else if (selection.ContainsKey("TypeCondition"))
            {
                var condition = selection.Text("TypeCondition");
                Collect(selection, condition.Length == 0 ? parent : schema.Type(condition), byName, seen, depth + 1);
            }
            else if (seen.Add(selection.Text("Name")) && fragments.TryGetValue(selection.Text("Name"), out var fragment))
            {
                Collect(fragment, schema.Type(fragment.Text("TypeCondition")), byName, seen, depth + 1);
            }
        }
    }

    private GraphQlType? TypeOf(Selected selected) => Definition(selected)?.Child("Type") is { } type ? schema.Type(type.TypeName()) : null;

    private ObjectValue? Definition(Selected selected) => selected.Parent is null ? null : schema.Field(selected.Parent, selected.Field.Text("Name"));

    private void Compare(string name, Selected a, Selected b)
    {
        if (ReferenceEquals(a.Field, b.Field))
        {
            return;
        }

        // Different object types never answer together: their fields need only have the same shape.
        var exclusive = a.Parent is { Kind: "OBJECT" } && b.Parent is { Kind: "OBJECT" } && a.Parent.Name != b.Parent.Name;
        if (!exclusive)
        {
            if (a.Field.Text("Name") != b.Field.Text("Name"))
            {
                throw wrong(b.Field, Message(name, $"{a.Field.Text("Name")} and {b.Field.Text("Name")} are different fields"));
            }

            if (!SameArguments(a.Field, b.Field))
            {
                throw wrong(b.Field, Message(name, "they have differing arguments"));
            }
        }

        if (Definition(a)?.Child("Type") is { } left && Definition(b)?.Child("Type") is { } right && !SameShape(left, right))
        {
            throw wrong(b.Field, Message(name, $"they return conflicting types {left.TypeText()} and {right.TypeText()}"));
        }
    }

    private static string Message(string name, string why) =>
        $"Fields \"{name}\" conflict because {why}. Use different aliases on the fields to fetch both if this was intentional.";

    private static bool SameArguments(ObjectValue a, ObjectValue b)
    {
        var (left, right) = (a.Children("Arguments").ToList(), b.Children("Arguments").ToList());
        return left.Count == right.Count
            && left.All(argument => right.Named(argument.Text("Name")) is { } other && argument.Get("Value").Equals(other.Get("Value")));
    }

    private bool SameShape(ObjectValue a, ObjectValue b)
    {
        if (a.Flag("NonNull") != b.Flag("NonNull"))
        {
            return false;
        }

        return (a.Child("Elem"), b.Child("Elem")) switch
        {
            ({ } left, { } right) => SameShape(left, right),
            (null, null) => a.Text("NamedType") == b.Text("NamedType") || (schema.Type(a.Text("NamedType")) is { IsLeaf: false } && schema.Type(b.Text("NamedType")) is { IsLeaf: false }),
            _ => false,
        };
    }
}
