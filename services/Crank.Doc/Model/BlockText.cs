using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>The text of blocks without their structure.</summary>
public static class BlockText
{
    /// <summary>The pieces of text in reading order, one per paragraph, heading, line group of code, cell or term; none is empty.</summary>
    public static IEnumerable<string> Of(ImmutableArray<Block> blocks) =>
        blocks.SelectMany(Of).Where(text => text.Length > 0);

    private static IEnumerable<string> Of(Block block) => block switch
    {
        Block.Paragraph p => [Inlines.PlainText(p.Content)],
        Block.Heading h => [Inlines.PlainText(h.Content)],
        Block.Code c => [c.Text.TrimEnd('\n')],
        Block.Quote q => Of(q.Content),
        Block.List l => l.Items.SelectMany(i => Of(i.Content)),
        Block.DefinitionList d => d.Items.SelectMany(i => i.Terms.Select(Inlines.PlainText).Concat(i.Details.SelectMany(Of))),
        Block.Table t => [Inlines.PlainText(t.Caption), .. t.Rows.SelectMany(r => r.Cells.SelectMany(c => Of(c.Content)))],
        _ => [],
    };
}
