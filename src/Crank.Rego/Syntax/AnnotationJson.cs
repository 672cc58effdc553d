using System.Text.Json.Nodes;

namespace Crank.Rego.Syntax;

/// <summary>Metadata in the shape that <c>rego.metadata.rule()</c> and <c>opa inspect</c> show.</summary>
internal static class AnnotationJson
{
    public static JsonObject Of(Annotation annotation)
    {
        var json = new JsonObject { ["scope"] = NameOf(annotation.Scope) };
        if (annotation.Title.Length > 0)
            json["title"] = annotation.Title;
        if (annotation.Description.Length > 0)
            json["description"] = annotation.Description;
        if (annotation.Entrypoint)
            json["entrypoint"] = true;
        if (annotation.Organizations.Length > 0)
            json["organizations"] = new JsonArray([.. annotation.Organizations.Select(o => (JsonNode)o)]);
        if (annotation.RelatedResources.Length > 0)
            json["related_resources"] = new JsonArray([.. annotation.RelatedResources.Select(Resource)]);
        if (annotation.Authors.Length > 0)
            json["authors"] = new JsonArray([.. annotation.Authors.Select(Author)]);
        if (annotation.Schemas.Length > 0)
            json["schemas"] = new JsonArray([.. annotation.Schemas.Select(Schema)]);
        if (annotation.Custom.Count > 0)
            json["custom"] = annotation.Custom.DeepClone();
        return json;
    }

    public static string NameOf(AnnotationScope scope) => scope switch
    {
        AnnotationScope.Rule => "rule",
        AnnotationScope.Document => "document",
        AnnotationScope.Package => "package",
        _ => "subpackages",
    };

    /// <summary>A reference as an array of its constants, the head by name.</summary>
    public static JsonArray Path(Term.Ref path) => new([.. path.Path.Select(t => (JsonNode)(t switch
    {
        Term.Var v => v.Name,
        Term.String s => s.Value,
        _ => t.ToString(),
    }))]);

    private static JsonObject Resource(AnnotationResource resource)
    {
        var json = new JsonObject { ["ref"] = resource.Ref };
        if (resource.Description.Length > 0)
            json["description"] = resource.Description;
        return json;
    }

    private static JsonObject Author(AnnotationAuthor author)
    {
        var json = new JsonObject();
        if (author.Name.Length > 0)
            json["name"] = author.Name;
        if (author.Email.Length > 0)
            json["email"] = author.Email;
        return json;
    }

    private static JsonObject Schema(AnnotationSchema schema)
    {
        var json = new JsonObject { ["path"] = Path(schema.Path) };
        if (schema.Schema is not null)
            json["schema"] = Path(schema.Schema);
        if (schema.Definition is not null)
            json["definition"] = schema.Definition.DeepClone();
        return json;
    }
}
