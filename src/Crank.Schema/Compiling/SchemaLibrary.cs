using System.Runtime.InteropServices;
using System.Text.Json;
using Crank.Schema.Json;

namespace Crank.Schema.Compiling;

/// <summary>Finds what references mean: every document is searched once for the addresses (<c>$id</c>) and anchors that it gives.</summary>
internal sealed class SchemaLibrary(SchemaOptions options)
{
    private readonly Dictionary<string, SchemaPlace> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaPlace> _anchors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaPlace> _places = new(StringComparer.Ordinal);

    public SchemaPlace Add(string document, string address, JsonElement root)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(root).Length;
        var place = new SchemaPlace(document, "", root, address);
        if (bytes > options.MaxSchemaBytes)
        {
            throw place.Wrong("", $"the schema has {bytes} bytes, at most {options.MaxSchemaBytes} are allowed");
        }

        _resources.TryAdd(address, place);
        Search(place);
        return _places[place.Location];
    }

    /// <summary>The schema that a <c>$ref</c> means.</summary>
    /// <exception cref="SchemaException">There is none.</exception>
    public SchemaPlace Find(SchemaPlace from, string reference)
    {
        if (Address.Resolve(from.Base, reference) is not var (address, fragment))
        {
            throw from.Wrong("$ref", $"'{reference}' is not an address");
        }

        var resource = Resource(address)
            ?? throw from.Wrong("$ref", $"'{reference}' means {address}, which is neither in this schema nor among the documents given; nothing is fetched");
        if (fragment.Length == 0)
        {
            return resource;
        }

        if (fragment[0] == '/')
        {
            return Walk(resource, fragment) ?? throw from.Wrong("$ref", $"'{reference}' points to nothing");
        }

        return _anchors.GetValueOrDefault($"{resource.Base}#{fragment}") ?? throw from.Wrong("$ref", $"'{reference}' names an anchor that nothing has");
    }

    /// <summary>The same place with the base that its <c>$id</c>, if any, sets.</summary>
    public SchemaPlace At(SchemaPlace place) => _places.GetValueOrDefault(place.Location, place);

    /// <summary>The document given for an address, whatever its dialect.</summary>
    public bool TryGetDocument(string address, out JsonElement document) => options.Documents.TryGetValue(address, out document);

    private SchemaPlace? Resource(string address)
    {
        if (_resources.TryGetValue(address, out var known))
        {
            return known;
        }

        if (options.Documents.TryGetValue(address, out var given))
        {
            return Add(address, address, given.Clone());
        }

        return address == SchemaKeywords.Dialect ? Add(address, address, MetaSchema.Document) : null;
    }

    private SchemaPlace? Walk(SchemaPlace resource, string fragment)
    {
        var at = resource;
        foreach (var token in fragment[1..].Split('/').Select(JsonPointer.Unescape))
        {
            if (!JsonPointer.TryStep(at.Element, token, out var child))
            {
                return null;
            }

            var next = at with { Pointer = $"{at.Pointer}/{JsonPointer.Escape(token)}", Element = child.Value };
            at = _places.GetValueOrDefault(next.Location, next);
        }

        if (!_places.ContainsKey(at.Location))
        {
            Search(at);
            at = _places[at.Location];
        }

        return at;
    }

    private void Search(SchemaPlace start)
    {
        var waiting = new Stack<(SchemaPlace Place, int Depth)>();
        waiting.Push((start, 0));
        while (waiting.TryPop(out var next))
        {
            var (place, depth) = next;
            if (depth > options.MaxSchemaDepth)
            {
                throw place.Wrong("", $"the schema is nested deeper than {options.MaxSchemaDepth}");
            }

            place = Named(place);
            if (_places.TryAdd(place.Location, place) && _places.Count > options.MaxSubschemas)
            {
                throw place.Wrong("", $"there are more than {options.MaxSubschemas} subschemas");
            }

            if (place.Element.ValueKind == JsonValueKind.Object)
            {
                foreach (var (below, levels) in Children(place))
                {
                    waiting.Push((below, depth + levels));
                }
            }
        }
    }

    private SchemaPlace Named(SchemaPlace place)
    {
        if (place.Element.ValueKind != JsonValueKind.Object)
        {
            return place;
        }

        if (place.Element.TryGetProperty("$id", out var id) && id.ValueKind == JsonValueKind.String)
        {
            if (Address.Resolve(place.Base, JsonText.Read(id)) is not (var address, ""))
            {
                throw place.Wrong("$id", $"{id.GetRawText()} is not an address without a fragment; to name a place use $anchor");
            }

            place = place with { Base = address };
            if (!_resources.TryAdd(address, place) && _resources[address].Location != place.Location)
            {
                throw place.Wrong("$id", $"{address} is given to two schemas");
            }

            _resources[address] = place;
        }

        if (place.Element.TryGetProperty("$anchor", out var anchor) && anchor.ValueKind == JsonValueKind.String && !_anchors.TryAdd($"{place.Base}#{JsonText.Read(anchor)}", place))
        {
            throw place.Wrong("$anchor", $"{anchor.GetRawText()} is given to two schemas");
        }

        return place;
    }

    private static IEnumerable<(SchemaPlace Place, int Levels)> Children(SchemaPlace place)
    {
        foreach (var member in place.Element.EnumerateObject())
        {
            var keyword = JsonText.ReadName(member);
            var pointer = $"{place.Pointer}/{JsonPointer.Escape(keyword)}";
            if (SchemaShape.One.Contains(keyword))
            {
                yield return (place with { Pointer = pointer, Element = member.Value }, 1);
            }
            else if (SchemaShape.List.Contains(keyword) && member.Value.ValueKind == JsonValueKind.Array)
            {
                var index = 0;
                foreach (var item in member.Value.EnumerateArray())
                {
                    yield return (place with { Pointer = $"{pointer}/{index++}", Element = item }, 2);
                }
            }
            else if (SchemaShape.Map.Contains(keyword) && member.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var entry in member.Value.EnumerateObject())
                {
                    yield return (place with { Pointer = $"{pointer}/{JsonPointer.Escape(JsonText.ReadName(entry))}", Element = entry.Value }, 2);
                }
            }
        }
    }
}
