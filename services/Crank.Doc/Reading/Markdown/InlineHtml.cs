using Crank.Doc.Model;

namespace Crank.Doc.Reading.Markdown;

/// <summary>Reads the HTML tags between pieces of running text: pairs what the model has a word for, drops and counts the rest.</summary>
internal sealed class InlineHtml(InlineBuilder outermost, ReadingLog log)
{
    private const int DeepestTags = 32;

    private readonly Stack<Frame> _open = [];
    private string? _skipUntil;

    /// <summary>Where what comes next belongs.</summary>
    public InlineBuilder Content => _open.TryPeek(out var frame) ? frame.Content : outermost;

    /// <summary>True inside script and style.</summary>
    public bool Skips => _skipUntil is not null;

    public void Tag(string source)
    {
        var tag = HtmlTag.Parse(source);
        if (_skipUntil is not null)
        {
            _skipUntil = tag.Closing && tag.Name == _skipUntil ? null : _skipUntil;
            return;
        }

        if (tag.Name.Length == 0)
        {
            return;
        }

        if (tag.Closing)
        {
            CloseTag(tag.Name);
            return;
        }

        ReportHandlers(tag);
        switch (tag.Name)
        {
            case "br": Content.Add(new Inline.LineBreak(Hard: true)); break;
            case "img": AddImage(tag); break;
            case "script" or "style" or "iframe" or "object" or "textarea" or "title" or "noscript" or "template":
                log.Lose(tag.Name == "style" ? LossKind.Style : LossKind.ActiveContent);
                if (tag.Name is "script" or "iframe" or "object")
                {
                    log.Find(FindingKind.ActiveContent, $"{tag.Name} element");
                }

                _skipUntil = tag.Name;
                break;
            case "a" when _open.Count < DeepestTags: _open.Push(new Frame(tag.Name, tag.Attributes.GetValueOrDefault("href"))); break;
            case var name when (InlineStyles.OfElement(name) is not null || InlineStyles.IsCode(name)) && _open.Count < DeepestTags:
                _open.Push(new Frame(name, null));
                break;
            default: log.Lose(LossKind.RawHtml); break;
        }
    }

    /// <summary>Ends what was left open; its text stays.</summary>
    public void Close()
    {
        while (_open.TryPop(out var frame))
        {
            Content.AddRange(frame.Content.Build());
        }
    }

    private void CloseTag(string name)
    {
        if (!_open.Any(f => f.Name == name))
        {
            return;
        }

        while (_open.TryPop(out var frame))
        {
            var content = frame.Content.Build();
            if (frame.Name != name)
            {
                Content.AddRange(content);
                continue;
            }

            if (name == "a")
            {
                if (string.IsNullOrEmpty(frame.Target) || SafeTarget.Refuses(frame.Target, log))
                {
                    Content.AddRange(content);
                }
                else
                {
                    Content.Add(new Inline.Link(frame.Target, null, content));
                }
            }
            else if (InlineStyles.OfElement(name) is { } style)
            {
                Content.Add(new Inline.Styled(style, content));
            }
            else
            {
                Content.Add(new Inline.Code(Inlines.PlainText(content)));
            }

            return;
        }
    }

    private void AddImage(HtmlTag tag)
    {
        var alt = tag.Attributes.GetValueOrDefault("alt") ?? "";
        if (SafeTarget.KeptImage(tag.Attributes.GetValueOrDefault("src") ?? "", log) is { } source)
        {
            Content.Add(new Inline.Image(source, tag.Attributes.GetValueOrDefault("title"), alt));
        }
        else
        {
            Content.Text(alt);
        }
    }

    private void ReportHandlers(HtmlTag tag)
    {
        foreach (var name in tag.Attributes.Keys.Where(n => n.StartsWith("on", StringComparison.Ordinal)))
        {
            log.Lose(LossKind.ActiveContent);
            log.Find(FindingKind.ActiveContent, $"event handler on a {tag.Name} element");
        }
    }

    private sealed record Frame(string Name, string? Target)
    {
        public InlineBuilder Content { get; } = new();
    }
}
