using System.Text;
using Crank.Doc.Reading;

namespace Crank.Doc.Writing;

/// <summary>Writes lines under nested prefixes such as <c>&gt; </c> and the indentation of list items.</summary>
internal sealed class LineWriter(int maxLength)
{
    private readonly StringBuilder _text = new();
    private readonly List<Prefix> _prefixes = [];
    private bool _atLineStart = true;

    /// <summary>Starts a nested part: the next line begins with <paramref name="first"/>, every later one with <paramref name="rest"/>.</summary>
    public void Push(string first, string rest) => _prefixes.Add(new Prefix(first, rest));

    /// <summary>Ends the innermost nested part; its marker is written even when nothing followed.</summary>
    public void Pop()
    {
        if (!_prefixes[^1].Used)
        {
            BeginLine();
            EndLine();
        }

        _prefixes.RemoveAt(_prefixes.Count - 1);
    }

    /// <summary>Writes one line or a part of one; must hold no line end.</summary>
    public void Write(ReadOnlySpan<char> part)
    {
        if (_atLineStart)
        {
            BeginLine();
        }

        _text.Append(part);
    }

    /// <summary>Writes text that may hold line ends, each continued under the prefixes.</summary>
    public void WriteLines(string text)
    {
        var first = true;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!first)
            {
                EndLine();
            }

            first = false;
            Write(line);
        }
    }

    /// <summary>Writes lines whose white space at the end is theirs; <see cref="EndVerbatim"/> ends the last.</summary>
    public void WriteVerbatim(string text)
    {
        var first = true;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!first)
            {
                EndVerbatim();
            }

            first = false;
            Write(line);
        }
    }

    /// <summary>Ends a line without trimming it.</summary>
    public void EndVerbatim()
    {
        if (_text.Length > 0 && _atLineStart)
        {
            BeginLine();
        }

        _text.Append('\n');
        _atLineStart = true;
        Guard();
    }

    /// <summary>Ends the line, if one was begun.</summary>
    public void EndLine()
    {
        if (!_atLineStart)
        {
            var end = _text.Length;
            while (end > 0 && _text[end - 1] == ' ')
            {
                end--;
            }

            _text.Length = end;
            _text.Append('\n');
            _atLineStart = true;
            Guard();
        }
    }

    /// <summary>Writes an empty line under the prefixes.</summary>
    public void Blank()
    {
        EndLine();
        BeginLine();
        EndLine();
    }

    public override string ToString()
    {
        EndLine();
        return _text.ToString();
    }

    private void BeginLine()
    {
        foreach (var prefix in _prefixes)
        {
            _text.Append(prefix.Used ? prefix.Rest : prefix.First);
            prefix.Used = true;
        }

        _atLineStart = false;
    }

    private void Guard()
    {
        if (_text.Length > maxLength)
        {
            throw new DocumentRefusedException(RefusalReason.ResultTooLong, $"The result is longer than {maxLength} characters. Split the document.");
        }
    }

    private sealed class Prefix(string first, string rest)
    {
        public string First { get; } = first;

        public string Rest { get; } = rest;

        public bool Used { get; set; }
    }
}
