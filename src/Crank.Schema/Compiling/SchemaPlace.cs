using System.Text.Json;

namespace Crank.Schema.Compiling;

/// <summary>A place where a schema stands: in which document, where in it, and the address that its relative references start from.</summary>
internal sealed record SchemaPlace(string Document, string Pointer, JsonElement Element, string Base)
{
    public string Location => $"{Document}#{Pointer}";

    public SchemaException Wrong(string keyword, string reason) => new(Location, keyword, reason);
}
