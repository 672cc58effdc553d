namespace Crank.Rego.Builtins.JsonSchemas;

/// <summary>Where in a document.</summary>
internal sealed record SchemaPlace(string Name, SchemaPlace? Outer)
{
    public static SchemaPlace Root { get; } = new("(root)", null);

    /// <summary>The names from the root with dots; the root itself is <c>(root)</c>.</summary>
    public string Field
    {
        get
        {
            var names = new Stack<string>();
            for (var at = this; at.Outer is not null; at = at.Outer)
            {
                names.Push(at.Name);
            }

            return names.Count == 0 ? Name : string.Join('.', names);
        }
    }
}
