using Crank.Doc.Model;

namespace Crank.Doc.Writing.Html;

/// <summary>The number of each footnote, and one of each reference to it, so that links lead there and back.</summary>
internal sealed class FootnoteNumbers
{
    private readonly Dictionary<string, Note> _notes = new(StringComparer.Ordinal);

    public FootnoteNumbers(Document document)
    {
        foreach (var note in document.Footnotes)
        {
            _notes.TryAdd(note.Id, new Note(_notes.Count + 1));
        }

        foreach (var id in FootnoteReferences.In(document.Blocks).Concat(document.Footnotes.SelectMany(n => FootnoteReferences.In(n.Content))))
        {
            if (_notes.TryGetValue(id, out var note))
            {
                note.References++;
            }
        }

        var next = 1;
        foreach (var note in _notes.Values.OrderBy(n => n.Number))
        {
            note.FirstReference = next;
            next += note.References;
        }
    }

    /// <summary>The note's number and the next unused number of a reference to it; null when there is no such note.</summary>
    public (int Note, int Reference)? Refer(string id) =>
        _notes.TryGetValue(id, out var note) ? (note.Number, note.FirstReference + note.Used++) : null;

    public (int Note, int FirstReference, int References) Of(string id)
    {
        var note = _notes[id];
        return (note.Number, note.FirstReference, note.References);
    }

    private sealed class Note(int number)
    {
        public int Number { get; } = number;

        public int References { get; set; }

        public int FirstReference { get; set; }

        public int Used { get; set; }
    }
}
