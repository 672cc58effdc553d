using System.Runtime.CompilerServices;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.Go;

/// <summary>What most messages need of <see cref="GoFormat"/>, without its state: strings for <c>%s</c>, <c>%v</c> and <c>%q</c>, integers of 64 bits for <c>%d</c> and <c>%v</c>, as many as there are verbs.</summary>
internal static class PlainFormat
{
    /// <summary>The text; null when the format or a value asks for more.</summary>
    public static string? TryFormat(BuiltinContext context, string format, ArrayValue values)
    {
        var text = new DefaultInterpolatedStringHandler(format.Length, values.Count, null, stackalloc char[256]);
        var next = 0;
        var length = 0;
        var rest = format.AsSpan();
        while (rest.IndexOf('%') is >= 0 and var percent)
        {
            text.AppendFormatted(rest[..percent]);
            if (percent + 1 == rest.Length || next == values.Count || !Append(ref text, rest[percent + 1], values.Span[next], ref length))
            {
                text.Clear();
                return null;
            }

            next++;
            rest = rest[(percent + 2)..];
        }

        if (next < values.Count)
        {
            text.Clear();
            return null;
        }

        text.AppendFormatted(rest);
        context.Charge(((format.Length + length) / 16) + (2 * next) + 1);
        return text.ToStringAndClear();
    }

    private static bool Append(ref DefaultInterpolatedStringHandler text, char verb, in Value value, ref int length)
    {
        if (value.Reference is string word)
        {
            length += word.Length;
            switch (verb)
            {
                case 's' or 'v':
                    text.AppendLiteral(word);
                    return true;
                case 'q' when !word.AsSpan().ContainsAnyExceptInRange(' ', '~') && !word.AsSpan().ContainsAny('"', '\\'):
                    text.AppendLiteral("\"");
                    text.AppendLiteral(word);
                    text.AppendLiteral("\"");
                    return true;
                default:
                    return false;
            }
        }

        if (!value.IsInteger || verb is not ('d' or 'v'))
        {
            return false;
        }

        text.AppendFormatted(value.Bits);
        return true;
    }
}
