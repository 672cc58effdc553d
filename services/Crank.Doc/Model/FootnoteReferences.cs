using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>Finds what refers to footnotes.</summary>
public static class FootnoteReferences
{
    /// <summary>The ids in reading order; an id appears as often as it is referred to.</summary>
    public static IReadOnlyList<string> In(ImmutableArray<Block> blocks)
    {
        var ids = new List<string>();
        Visit(blocks, ids);
        return ids;
    }

    private static void Visit(ImmutableArray<Block> blocks, List<string> ids)
    {
        foreach (var block in blocks)
        {
            switch (block)
            {
                case Block.Paragraph p: Visit(p.Content, ids); break;
                case Block.Heading h: Visit(h.Content, ids); break;
                case Block.Quote q: Visit(q.Content, ids); break;
                case Block.List l:
                    foreach (var item in l.Items)
                    {
                        Visit(item.Content, ids);
                    }

                    break;
                case Block.DefinitionList d:
                    foreach (var item in d.Items)
                    {
                        foreach (var term in item.Terms)
                        {
                            Visit(term, ids);
                        }

                        foreach (var detail in item.Details)
                        {
                            Visit(detail, ids);
                        }
                    }

                    break;
                case Block.Table t:
                    Visit(t.Caption, ids);
                    foreach (var row in t.Rows)
                    {
                        foreach (var cell in row.Cells)
                        {
                            Visit(cell.Content, ids);
                        }
                    }

                    break;
            }
        }
    }

    private static void Visit(ImmutableArray<Inline> content, List<string> ids)
    {
        foreach (var inline in content)
        {
            switch (inline)
            {
                case Inline.FootnoteReference r: ids.Add(r.Id); break;
                case Inline.Styled s: Visit(s.Content, ids); break;
                case Inline.Link l: Visit(l.Content, ids); break;
            }
        }
    }
}
