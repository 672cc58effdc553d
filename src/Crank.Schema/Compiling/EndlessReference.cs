using Crank.Schema.Evaluating;

namespace Crank.Schema.Compiling;

/// <summary>Refuses schemas that would apply themselves to the same value again and again.</summary>
internal static class EndlessReference
{
    public static void Refuse(IEnumerable<SchemaNode> nodes)
    {
        var done = new Dictionary<SchemaNode, bool>();
        foreach (var start in nodes)
        {
            if (!done.TryAdd(start, false))
            {
                continue;
            }

            var path = new Stack<(SchemaNode Node, IEnumerator<SchemaNode> Next)>();
            path.Push((start, start.InPlace().GetEnumerator()));
            while (path.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    top.Next.Dispose();
                    done[top.Node] = true;
                    path.Pop();
                }
                else if (done.TryAdd(top.Next.Current, false))
                {
                    path.Push((top.Next.Current, top.Next.Current.InPlace().GetEnumerator()));
                }
                else if (!done[top.Next.Current])
                {
                    throw new SchemaException(top.Node.Location, "$ref", $"applies {top.Next.Current.Location} to the same value again, which would never end");
                }
            }
        }
    }
}
