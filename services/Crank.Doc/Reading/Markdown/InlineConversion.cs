using System.Collections.Immutable;
using System.Text;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Markdown;

/// <summary>Makes the model's running text from what the parser found; what nests too deep is flattened.</summary>
internal sealed class InlineConversion(MarkdownFeatures features, ReaderOptions options, ReaderBudget budget, ReadingLog log)
{
    public ImmutableArray<Inline> Convert(InlineNode root) => Convert(root, 0, insideLink: false);

    private ImmutableArray<Inline> Convert(InlineNode parent, int depth, bool insideLink)
    {
        var content = new InlineBuilder();
        if (depth >= budget.Limits.Depth)
        {
            log.Lose(LossKind.NestingFlattened);
            content.Text(AllText(parent));
            return content.Build();
        }

        var html = options.RawHtml == RawHtmlHandling.Convert ? new InlineHtml(content, log) : null;
        for (var node = parent.FirstChild; node is not null; node = node.Next)
        {
            var target = html?.Content ?? content;
            if (html is { Skips: true } && node.Kind != InlineKind.Html)
            {
                continue;
            }

            switch (node.Kind)
            {
                case InlineKind.Text: AddText(target, ref node, insideLink); break;
                case InlineKind.SoftBreak: target.Add(new Inline.LineBreak(Hard: false)); break;
                case InlineKind.HardBreak: target.Add(new Inline.LineBreak(Hard: true)); break;
                case InlineKind.Code: target.Add(new Inline.Code(node.Text)); break;
                case InlineKind.Emphasis: target.Add(new Inline.Styled(InlineStyle.Emphasis, Convert(node, depth + 1, insideLink))); break;
                case InlineKind.Strong: target.Add(new Inline.Styled(InlineStyle.Strong, Convert(node, depth + 1, insideLink))); break;
                case InlineKind.Strikethrough: target.Add(new Inline.Styled(InlineStyle.Strikethrough, Convert(node, depth + 1, insideLink))); break;
                case InlineKind.Link: AddLink(target, node, depth); break;
                case InlineKind.Image: AddImage(target, node); break;
                case InlineKind.FootnoteReference: target.Add(new Inline.FootnoteReference(node.Text)); break;
                case InlineKind.Html when html is not null: html.Tag(node.Text); break;
                case InlineKind.Html: target.Add(new Inline.RawHtml(features.HasFlag(MarkdownFeatures.TagFilter) ? TagFilter.Disarm(node.Text) : node.Text)); break;
            }
        }

        html?.Close();
        return content.Build();
    }

    private void AddText(InlineBuilder target, ref InlineNode node, bool insideLink)
    {
        if (!features.HasFlag(MarkdownFeatures.Autolinks) || insideLink)
        {
            target.Text(node.Text);
            return;
        }

        var merged = node.Text;
        if (node.Next is { Kind: InlineKind.Text })
        {
            var text = new StringBuilder(node.Text);
            while (node.Next is { Kind: InlineKind.Text } next)
            {
                text.Append(next.Text);
                node = next;
            }

            merged = text.ToString();
        }

        AddWithLinks(target, merged);
    }

    private void AddWithLinks(InlineBuilder target, string text)
    {
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            (int Start, int End, string Target)? found = text[i] switch
            {
                '@' => Autolinks.MailAround(text, from, i),
                'h' or 'H' or 'f' or 'F' or 'w' => Autolinks.At(text, i) is { } link ? (i, i + link.Length, link.Target) : null,
                _ => null,
            };
            if (found is { } address)
            {
                target.Text(text[from..address.Start]);
                target.Add(new Inline.Link(address.Target, null, [new Inline.Text(text[address.Start..address.End])]));
                budget.Nodes();
                from = address.End;
                i = from - 1;
            }
        }

        target.Text(text[from..]);
    }

    private void AddLink(InlineBuilder target, InlineNode node, int depth)
    {
        var content = Convert(node, depth + 1, insideLink: true);
        if (options.RawHtml == RawHtmlHandling.Convert && SafeTarget.Refuses(node.Text, log))
        {
            target.AddRange(content);
            return;
        }

        target.Add(new Inline.Link(node.Text, node.Title, content));
    }

    private void AddImage(InlineBuilder target, InlineNode node)
    {
        var alt = AllText(node);
        var source = options.RawHtml == RawHtmlHandling.Convert ? SafeTarget.KeptImage(node.Text, log) : node.Text;
        if (source is null)
        {
            target.Text(alt);
            return;
        }

        target.Add(new Inline.Image(source, node.Title, alt));
    }

    private static string AllText(InlineNode root)
    {
        var text = new StringBuilder();
        var node = root.FirstChild;
        while (node is not null)
        {
            switch (node.Kind)
            {
                case InlineKind.Text or InlineKind.Code: text.Append(node.Text); break;
                case InlineKind.SoftBreak or InlineKind.HardBreak: text.Append('\n'); break;
            }

            if (node.FirstChild is { } child)
            {
                node = child;
                continue;
            }

            while (node is not null && node != root && node.Next is null)
            {
                node = node.Parent;
            }

            node = node is null || node == root ? null : node.Next;
        }

        return text.ToString();
    }
}
