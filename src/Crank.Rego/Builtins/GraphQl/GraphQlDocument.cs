using System.Runtime.CompilerServices;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.GraphQl;

/// <summary>A document as a tree of objects, and the places of its nodes where it was read from text.</summary>
internal sealed class GraphQlDocument(ObjectValue root, ConditionalWeakTable<ObjectValue, object>? places = null)
{
    public ObjectValue Root => root;

    /// <summary>Line and column of a node; null when the tree was given as such.</summary>
    public (int Line, int Column)? PlaceOf(ObjectValue node) => places is not null && places.TryGetValue(node, out var place) ? ((int, int))place : null;
}
