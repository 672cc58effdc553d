using Crank.Rego.Values;

namespace Crank.Rego.Builtins.GraphQl;

/// <summary>Reads members of the tree; what is absent or of another kind is empty.</summary>
internal static class Nodes
{
    public static string Text(this ObjectValue node, string name) => node.Get(name).TryGetString(out var text) ? text : "";

    public static bool Flag(this ObjectValue node, string name) => node.Get(name).IsTrue;

    public static ObjectValue? Child(this ObjectValue node, string name) => node.Get(name) is { Kind: ValueKind.Object } child ? child.AsObject() : null;

    public static IEnumerable<ObjectValue> Children(this ObjectValue node, string name) =>
        node.Get(name) is { Kind: ValueKind.Array } list ? list.AsArray().Where(static item => item.Kind == ValueKind.Object).Select(static item => item.AsObject()) : [];

    public static IEnumerable<string> Texts(this ObjectValue node, string name) =>
        node.Get(name) is { Kind: ValueKind.Array } list ? list.AsArray().Where(static item => item.Kind == ValueKind.String).Select(static item => item.AsString()) : [];

    public static ObjectValue? Named(this IEnumerable<ObjectValue> nodes, string name) => nodes.FirstOrDefault(node => node.Text("Name") == name);

    public static ValueForm Form(this ObjectValue literal) => literal.Get("Kind").TryGetInt64(out var form) ? (ValueForm)form : ValueForm.Variable;

    /// <summary>A type as it is written: <c>[String!]!</c>.</summary>
    public static string TypeText(this ObjectValue type) =>
        (type.Child("Elem") is { } element ? $"[{element.TypeText()}]" : type.Text("NamedType")) + (type.Flag("NonNull") ? "!" : "");

    /// <summary>The name inside all lists.</summary>
    public static string TypeName(this ObjectValue type)
    {
        while (type.Child("Elem") is { } element)
        {
            type = element;
        }

        return type.Text("NamedType");
    }
}
