using Crank.Rego.Values;

namespace Crank.Rego.Builtins.GraphQl;

/// <summary>A named type with everything that its extensions added.</summary>
internal sealed class GraphQlType(string name, string kind, bool isBuiltIn)
{
    public string Name => name;

    /// <summary><c>SCALAR</c>, <c>OBJECT</c>, <c>INTERFACE</c>, <c>UNION</c>, <c>ENUM</c> or <c>INPUT_OBJECT</c>.</summary>
    public string Kind => kind;

    public bool IsBuiltIn => isBuiltIn;

    public List<ObjectValue> Directives { get; } = [];

    public List<string> Interfaces { get; } = [];

    public List<ObjectValue> Fields { get; } = [];

    public List<string> Members { get; } = [];

    public List<ObjectValue> EnumValues { get; } = [];

    public bool IsComposite => kind is "OBJECT" or "INTERFACE" or "UNION";

    public bool IsInput => kind is "SCALAR" or "ENUM" or "INPUT_OBJECT";

    public bool IsLeaf => kind is "SCALAR" or "ENUM";

    public ObjectValue? Field(string fieldName) => Fields.Named(fieldName);

    public void Extend(ObjectValue definition)
    {
        Directives.AddRange(definition.Children("Directives"));
        Interfaces.AddRange(definition.Texts("Interfaces"));
        Fields.AddRange(definition.Children("Fields"));
        Members.AddRange(definition.Texts("Types"));
        EnumValues.AddRange(definition.Children("EnumValues"));
    }
}
