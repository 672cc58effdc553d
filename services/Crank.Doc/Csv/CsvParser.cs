using System.Collections.Immutable;
using System.Text;
using Crank.Doc.Reading;

namespace Crank.Doc.Csv;

/// <summary>
/// RFC 4180, and what is found beside it: any of CR, LF, CRLF ends a row, blanks belong to the cell, a quote inside an unquoted cell
/// is data, text after a closing quote is joined, an open quote runs to the end. Takes pieces of any size and gives the same rows.
/// </summary>
/// <param name="delimiter">What stands between two cells.</param>
/// <param name="budget">Charged with every cell and its text; null when the caller bounds the input itself.</param>
/// <param name="row">Takes each row.</param>
public sealed class CsvParser(char delimiter, ReaderBudget? budget, Action<ImmutableArray<string>> row)
{
    private readonly StringBuilder _cell = new();
    private readonly List<string> _cells = [];
    private State _state = State.CellStart;
    private bool _afterCarriageReturn;

    private enum State
    {
        CellStart,
        Plain,
        Quoted,
        QuoteInQuoted,
    }

    /// <summary>True when the text ended inside quotes.</summary>
    public bool EndedInsideQuotes { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <exception cref="DocumentRefusedException">The budget is spent.</exception>
    public void Feed(ReadOnlySpan<char> piece)
    {
        foreach (var c in piece)
        {
            Take(c);
        }
    }

    /// <summary>Ends the text; a last row without line end counts.</summary>
    public void Complete()
    {
        EndedInsideQuotes = _state == State.Quoted;
        if (_state != State.CellStart || _cells.Count > 0)
        {
            EndRow();
        }
    }

    private void Take(char c)
    {
        var followsCarriageReturn = _afterCarriageReturn;
        _afterCarriageReturn = false;
        if (_state == State.Quoted)
        {
            if (c == '"')
            {
                _state = State.QuoteInQuoted;
            }
            else
            {
                Append(c);
            }

            return;
        }

        if (c == delimiter)
        {
            EndCell();
        }
        else if (c == '\n' && followsCarriageReturn)
        {
            // The second half of a CRLF, whose first half has ended the row.
        }
        else if (c is '\n' or '\r')
        {
            EndRow();
            _afterCarriageReturn = c == '\r';
        }
        else if (c == '"' && _state == State.CellStart)
        {
            _state = State.Quoted;
        }
        else if (c == '"' && _state == State.QuoteInQuoted)
        {
            Append(c);
            _state = State.Quoted;
        }
        else
        {
            Append(c);
            _state = State.Plain;
        }
    }

    private void Append(char c)
    {
        if (budget is not null && _cell.Length >= budget.Limits.TextLength)
        {
            throw new DocumentRefusedException(RefusalReason.TextTooLong, $"A cell is longer than {budget.Limits.TextLength} characters. Is a quote not closed?");
        }

        _cell.Append(c);
    }

    private void EndCell()
    {
        budget?.Cells();
        budget?.Text(_cell.Length);
        _cells.Add(_cell.ToString());
        _cell.Clear();
        _state = State.CellStart;
    }

    private void EndRow()
    {
        EndCell();
        row([.. _cells]);
        _cells.Clear();
    }
}
