using System.Collections.Immutable;
using System.Text;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Html;

/// <summary>Collects blocks; running text between them becomes paragraphs. White space collapses as in HTML.</summary>
internal sealed class BlockSink(ReaderBudget budget)
{
    private readonly ImmutableArray<Block>.Builder _blocks = ImmutableArray.CreateBuilder<Block>();
    private readonly Stack<InlineBuilder> _open = [];
    private InlineBuilder _run = new();
    private bool _space = true;

    public InlineBuilder Run => _open.TryPeek(out var top) ? top : _run;

    /// <summary>Whether a paragraph was a line of its own in the source, and not only text between blocks.</summary>
    public bool HasExplicitParagraph { get; private set; }

    public void Add(Block block, bool explicitParagraph = false)
    {
        EndParagraph();
        HasExplicitParagraph |= explicitParagraph;
        budget.Nodes();
        _blocks.Add(block);
    }

    public void AddRange(ImmutableArray<Block> blocks)
    {
        EndParagraph();
        _blocks.AddRange(blocks);
    }

    /// <summary>Adds text whose white space collapses, also with what came before.</summary>
    public void Text(string text)
    {
        var collapsed = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                if (!_space)
                {
                    collapsed.Append(' ');
                    _space = true;
                }
            }
            else
            {
                collapsed.Append(c == '\0' ? '\uFFFD' : c);
                _space = false;
            }
        }

        budget.Text(collapsed.Length);
        Run.Text(collapsed.ToString());
    }

    public void Append(Inline inline)
    {
        budget.Nodes();
        Run.Add(inline);
        _space = inline switch
        {
            Inline.LineBreak => true,
            Inline.Styled or Inline.Link => _space,
            _ => false,
        };
    }

    /// <summary>Begins a part of the running text; <see cref="End"/> gives its content.</summary>
    public void Begin() => _open.Push(new InlineBuilder());

    public ImmutableArray<Inline> End() => _open.Pop().Build();

    public void EndParagraph()
    {
        var content = RunningText.TrimEnd(_run.Build());
        _run = new InlineBuilder();
        _space = true;
        if (!content.IsEmpty)
        {
            budget.Nodes();
            _blocks.Add(new Block.Paragraph(content));
        }
    }

    public ImmutableArray<Block> Build()
    {
        EndParagraph();
        return _blocks.DrainToImmutable();
    }
}
