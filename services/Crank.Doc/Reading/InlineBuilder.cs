using System.Collections.Immutable;
using System.Text;
using Crank.Doc.Model;

namespace Crank.Doc.Reading;

/// <summary>Collects running text; neighbouring pieces of plain text become one.</summary>
internal sealed class InlineBuilder
{
    private readonly ImmutableArray<Inline>.Builder _content = ImmutableArray.CreateBuilder<Inline>();
    private string? _only;
    private StringBuilder? _text;

    public bool IsEmpty => _content.Count == 0 && _only is null && _text is null;

    /// <summary>True when the last thing was white space or nothing was added yet.</summary>
    public bool EndsInSpace { get; private set; } = true;

    public void Text(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        EndsInSpace = char.IsWhiteSpace(text[^1]);
        if (_only is null && _text is null)
        {
            _only = text;
            return;
        }

        _text ??= new StringBuilder(_only);
        _only = null;
        _text.Append(text);
    }

    public void Add(Inline inline)
    {
        Flush();
        EndsInSpace = inline is Inline.LineBreak;
        _content.Add(inline);
    }

    public void AddRange(ImmutableArray<Inline> content)
    {
        foreach (var inline in content)
        {
            if (inline is Inline.Text text)
            {
                Text(text.Value);
            }
            else
            {
                Add(inline);
            }
        }
    }

    public ImmutableArray<Inline> Build()
    {
        Flush();
        return _content.DrainToImmutable();
    }

    private void Flush()
    {
        var text = _only ?? _text?.ToString();
        _only = null;
        _text = null;
        if (text is { Length: > 0 })
        {
            _content.Add(new Inline.Text(text));
        }
    }
}
