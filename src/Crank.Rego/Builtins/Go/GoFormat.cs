using System.Globalization;
using System.Numerics;
using System.Text;

namespace Crank.Rego.Builtins.Go;

/// <summary>
/// Go's <c>fmt.Sprintf</c> for the kinds of arguments that <c>sprintf</c> hands it: <see cref="string"/>, <see cref="long"/> (Go's int),
/// <see cref="BigInteger"/> and <see cref="double"/>. Verbs that are wrong for their argument, and wrong counts, are reported inside the text, as Go does. A verb that Go
/// does not have stays as it is written.
/// </summary>
internal sealed class GoFormat
{
    private const int MaxWidth = 1_000_000;
    private const string Verbs = "vTtbcdoOqxXUeEfFgGspw";

    private readonly BuiltinContext _context;
    private readonly string _format;
    private readonly IReadOnlyList<object> _arguments;
    private readonly StringBuilder _text = new();
    private bool _minus;
    private bool _plus;
    private bool _sharp;
    private bool _space;
    private bool _zero;
    private int _width;
    private int _precision;

    private GoFormat(BuiltinContext context, string format, IReadOnlyList<object> arguments)
    {
        _context = context;
        _format = format;
        _arguments = arguments;
    }

    public static string Format(BuiltinContext context, string format, IReadOnlyList<object> arguments) => new GoFormat(context, format, arguments).Run();

    private string Run()
    {
        var (next, reordered) = (0, false);
        for (var at = 0; at < _format.Length;)
        {
            var percent = _format.IndexOf('%', at);
            percent = percent < 0 ? _format.Length : percent;
            Emit(_format.AsSpan(at, percent - at));
            if (percent == _format.Length)
            {
                break;
            }

            at = ReadFlags(percent + 1);
            var afterIndex = false;
            var goodIndex = true;
            ReadIndex(ref at, ref next, ref afterIndex, ref goodIndex, ref reordered);
            if (at < _format.Length && _format[at] == '*')
            {
                at++;
                ReadStar(ref next, "%!(BADWIDTH)", isPrecision: false);
                afterIndex = false;
            }
            else
            {
                _width = ReadNumber(ref at);
                if (afterIndex && _width >= 0)
                {
                    goodIndex = false;
                }
            }

            if (at < _format.Length && _format[at] == '.')
            {
                at++;
                if (afterIndex)
                {
                    goodIndex = false;
                }

                ReadIndex(ref at, ref next, ref afterIndex, ref goodIndex, ref reordered);
                if (at < _format.Length && _format[at] == '*')
                {
                    at++;
                    ReadStar(ref next, "%!(BADPREC)", isPrecision: true);
                    afterIndex = false;
                }
                else
                {
                    _precision = Math.Max(0, ReadNumber(ref at));
                }
            }

            if (!afterIndex)
            {
                ReadIndex(ref at, ref next, ref afterIndex, ref goodIndex, ref reordered);
            }

            if (at >= _format.Length)
            {
                Emit("%!(NOVERB)");
                break;
            }

            Rune.DecodeFromUtf16(_format.AsSpan(at), out var verb, out var used);
            at += used;
            if (verb.Value == '%')
            {
                Emit("%");
            }
            else if (!goodIndex)
            {
                Emit($"%!{verb}(BADINDEX)");
            }
            else if (next >= _arguments.Count)
            {
                Emit($"%!{verb}(MISSING)");
            }
            else if (verb.IsAscii && Verbs.Contains((char)verb.Value))
            {
                Write(verb, _arguments[next++]);
            }
            else
            {
                next++;
                Emit(_format.AsSpan(percent, at - percent));
            }
        }

        if (!reordered && next < _arguments.Count)
        {
            Emit("%!(EXTRA ");
            for (var i = next; i < _arguments.Count; i++)
            {
                Emit((i > next ? ", " : "") + TypeName(_arguments[i]) + "=" + Plain(_arguments[i]));
            }

            Emit(")");
        }

        return _text.ToString();
    }

    private void Emit(ReadOnlySpan<char> text)
    {
        _context.Charge((text.Length / 16) + 1);
        _text.Append(text);
    }

    private int ReadFlags(int at)
    {
        (_minus, _plus, _sharp, _space, _zero, _width, _precision) = (false, false, false, false, false, -1, -1);
        for (; at < _format.Length; at++)
        {
            switch (_format[at])
            {
                case '#': _sharp = true; break;
                case '0': _zero = true; break;
                case '+': _plus = true; break;
                case '-': _minus = true; break;
                case ' ': _space = true; break;
                default: return at;
            }
        }

        return at;
    }

    private int ReadNumber(ref int at)
    {
        var start = at;
        var value = 0;
        while (at < _format.Length && char.IsAsciiDigit(_format[at]))
        {
            value = Math.Min(MaxWidth + 1, (value * 10) + _format[at++] - '0');
        }

        return at == start || value > MaxWidth ? -1 : value;
    }

    private void ReadIndex(ref int at, ref int next, ref bool afterIndex, ref bool goodIndex, ref bool reordered)
    {
        afterIndex = false;
        if (at >= _format.Length || _format[at] != '[')
        {
            return;
        }

        reordered = true;
        afterIndex = true;
        var close = _format.IndexOf(']', at);
        if (close < 0)
        {
            goodIndex = false;
            at++;
            return;
        }

        goodIndex = int.TryParse(_format.AsSpan(at + 1, close - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= _arguments.Count && goodIndex;
        next = goodIndex ? number - 1 : next;
        at = close + 1;
    }

    private void ReadStar(ref int next, string bad, bool isPrecision)
    {
        if (next < _arguments.Count && _arguments[next++] is long value && Math.Abs(value) <= MaxWidth && (!isPrecision || value >= 0))
        {
            if (isPrecision)
            {
                _precision = (int)value;
            }
            else
            {
                _minus |= value < 0;
                _width = (int)Math.Abs(value);
            }

            return;
        }

        Emit(bad);
    }

    private void Write(Rune verb, object argument)
    {
        if (verb.Value == 'T')
        {
            Pad(Cut(TypeName(argument)));
            return;
        }

        var done = argument switch
        {
            string text => WriteText(verb, text),
            long number => WriteInteger(verb, number, isBig: false),
            BigInteger number => WriteInteger(verb, number, isBig: true),
            double number => WriteFloat(verb, number),
            _ => false,
        };
        if (!done)
        {
            WriteWrong(verb, argument);
        }
    }

    // The argument of a verb that is none for it is shown as %v would, in the width that was asked for; a big integer says itself how it is shown.
    private void WriteWrong(Rune verb, object argument)
    {
        Emit($"%!{verb}({(argument is BigInteger ? "big.Int" : TypeName(argument))}=");
        _sharp = false;
        _ = argument switch
        {
            string text => WriteText(new('v'), text),
            long number => WriteInteger(new('v'), number, isBig: false),
            double number => WriteFloat(new('v'), number),
            _ => false,
        };
        Emit(argument is BigInteger ? $"{Plain(argument)})" : ")");
    }

    private bool WriteText(Rune verb, string text)
    {
        switch (verb.Value)
        {
            case 'v' when _sharp:
            case 'q':
                var cut = Cut(text);
                Pad(verb.Value == 'q' && _sharp && !cut.Contains('`') && cut.EnumerateRunes().All(r => r.Value == '\t' || (GoQuote.IsPrintable(r) && r.Value != 0xFEFF))
                    ? $"`{cut}`"
                    : GoQuote.Quote(cut, _plus));
                return true;
            case 's' or 'v':
                Pad(Cut(text));
                return true;
            case 'x' or 'X':
                var bytes = Bytes.FromText(text);
                bytes = _precision >= 0 && _precision < bytes.Length ? bytes[.._precision] : bytes;
                var hex = verb.Value == 'x' ? Convert.ToHexStringLower(bytes) : Convert.ToHexString(bytes);
                var prefix = _sharp ? $"0{verb}" : "";
                if (_space)
                {
                    hex = string.Join(_sharp ? $" 0{verb}" : " ", hex.Chunk(2).Select(pair => new string(pair)));
                }

                Pad(hex.Length == 0 ? "" : prefix + hex);
                return true;
            default:
                return false;
        }
    }

    private bool WriteInteger(Rune verb, BigInteger number, bool isBig)
    {
        var negative = number.Sign < 0;
        var magnitude = BigInteger.Abs(number);
        switch (verb.Value)
        {
            case 'v' or 'd':
            case 's' when isBig:
                Integer(negative, NumberBuiltins.InBase(magnitude, 10), "");
                return true;
            case 'b':
                Integer(negative, NumberBuiltins.InBase(magnitude, 2), _sharp ? "0b" : "");
                return true;
            case 'o':
                var octal = NumberBuiltins.InBase(magnitude, 8);
                Integer(negative, octal, _sharp && octal[0] != '0' ? "0" : "");
                return true;
            case 'O':
                Integer(negative, NumberBuiltins.InBase(magnitude, 8), "0o");
                return true;
            case 'x':
                Integer(negative, NumberBuiltins.InBase(magnitude, 16), _sharp ? "0x" : "");
                return true;
            case 'X':
                Integer(negative, NumberBuiltins.InBase(magnitude, 16).ToUpperInvariant(), _sharp ? "0X" : "");
                return true;
            case 'c' when !isBig:
                Pad(RuneText(number));
                return true;
            case 'q' when !isBig:
                Pad(GoQuote.QuoteRune(number >= 0 && number <= 0x10FFFF ? (int)number : 0xFFFD, _plus));
                return true;
            case 'U' when !isBig:
                var hex = ((long)number).ToString("X4", CultureInfo.InvariantCulture);
                Pad("U+" + hex + (_sharp && number >= 0 && number <= 0x10FFFF && Rune.IsValid((int)number) && GoQuote.IsPrintable(new Rune((int)number)) ? $" '{RuneText(number)}'" : ""));
                return true;
            default:
                return false;
        }
    }

    private static string RuneText(BigInteger number) => number >= 0 && number <= 0x10FFFF && Rune.IsValid((int)number) ? new Rune((int)number).ToString() : "\uFFFD";

    private void Integer(bool negative, string digits, string prefix)
    {
        if (_precision == 0 && digits == "0")
        {
            digits = "";
            prefix = "";
        }

        var sign = negative ? "-" : _plus ? "+" : _space ? " " : "";
        if (_precision >= 0)
        {
            digits = digits.PadLeft(_precision, '0');
        }
        else if (_zero && !_minus && _width > 0)
        {
            digits = digits.PadLeft(Math.Max(0, _width - sign.Length), '0');
        }

        Pad(sign + prefix + digits, zeros: false);
    }

    private bool WriteFloat(Rune verb, double number)
    {
        var kind = verb.Value;
        var text = kind switch
        {
            'v' => GoFloat.Format(number, 'g', _precision),
            'e' or 'E' or 'f' => GoFloat.Format(number, (char)kind, _precision < 0 ? 6 : _precision),
            'F' => GoFloat.Format(number, 'f', _precision < 0 ? 6 : _precision),
            'g' or 'G' or 'x' or 'X' or 'b' => GoFloat.Format(number, (char)kind, _precision),
            _ => null,
        };
        if (text is null)
        {
            return false;
        }

        var sign = text[0] is '-' or '+' ? text[..1] : "";
        text = text[sign.Length..];
        if (_sharp && kind != 'b' && double.IsFinite(number))
        {
            text = WithPoint(text, kind);
        }

        sign = sign == "-" ? "-" : _plus ? "+" : _space ? " " : double.IsInfinity(number) && _plus ? "+" : "";
        if (double.IsInfinity(number) && sign.Length == 0)
        {
            sign = "+";
        }

        if (_zero && !_minus && _width > sign.Length + text.Length && double.IsFinite(number))
        {
            text = text.PadLeft(_width - sign.Length, '0');
        }

        Pad(sign + text, zeros: false);
        return true;
    }

    // The sharp flag keeps the point, and for %g the zeros behind it.
    private string WithPoint(string text, int verb)
    {
        var tailAt = text.IndexOfAny(verb is 'x' or 'X' ? ['p', 'P'] : ['e', 'E']);
        var (head, tail) = tailAt < 0 ? (text, "") : (text[..tailAt], text[tailAt..]);
        var point = head.Contains('.');
        if (verb is 'v' or 'g' or 'G')
        {
            var wanted = _precision < 0 ? 6 : _precision;
            var digits = head.Where(char.IsAsciiDigit).SkipWhile(c => c == '0').Count();
            digits = digits == 0 ? 1 : digits;
            head += (point ? "" : ".") + new string('0', Math.Max(0, wanted - digits));
        }
        else if (!point)
        {
            head += ".";
        }

        return head + tail;
    }

    private string Cut(string text) => _precision >= 0 ? Runes.Slice(text, 0, _precision) : text;

    private void Pad(string text, bool zeros = true)
    {
        var missing = _width - Runes.Count(text);
        if (missing > 0)
        {
            _context.Charge(missing / 16);
        }

        Emit(missing <= 0 ? text : _minus ? text + new string(' ', missing) : new string(_zero && zeros ? '0' : ' ', missing) + text);
    }

    private static string TypeName(object argument) => argument switch
    {
        string => "string",
        long => "int",
        BigInteger => "*big.Int",
        _ => "float64",
    };

    private static string Plain(object argument) => argument switch
    {
        string text => text,
        double number => GoFloat.Format(number, 'g', -1),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "",
    };
}
