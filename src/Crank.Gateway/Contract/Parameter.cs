namespace Crank.Gateway.Contract;

/// <summary>A value that an operation takes outside its body.</summary>
/// <param name="Place"><c>path</c>, <c>query</c> or <c>header</c>.</param>
/// <param name="Name">As it is written in the route, the query or the header field.</param>
/// <param name="Description">What it means, its unit and its default.</param>
/// <param name="Schema">The name of a file in <c>Contract/Schemas</c>, or a JSON Schema 2020-12 that starts with a brace.</param>
/// <param name="Required">True when the operation refuses requests without it.</param>
/// <param name="Example">A value that works, as it is written; null for none.</param>
internal sealed record Parameter(string Place, string Name, string Description, string Schema, bool Required, string? Example = null)
{
    public static Parameter Path(string name, string description, string schema = Text, string? example = null) => new("path", name, description, schema, true, example);

    public static Parameter Query(string name, string description, string schema = Text, string? example = null) => new("query", name, description, schema, false, example);

    public static Parameter Header(string name, string description, string schema = Text, string? example = null) => new("header", name, description, schema, false, example);

    private const string Text = """{"type":"string"}""";
}
