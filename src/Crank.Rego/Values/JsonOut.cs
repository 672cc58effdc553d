using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Crank.Rego.Values;

/// <summary>
/// Writes values as JSON without white space: objects by their sorted keys, sets as sorted arrays, numbers with their literal. A key
/// that is no string is written as the text of its JSON.
/// </summary>
public static class JsonOut
{
    /// <summary>The value as JSON text.</summary>
    /// <param name="value">Anything but undefined.</param>
    /// <param name="escapeHtml">Whether &lt;, &gt; and &amp; are escaped, as Go does.</param>
    /// <exception cref="ArgumentException">The value is undefined.</exception>
    public static string Write(in Value value, bool escapeHtml = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(buffer, value, escapeHtml);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the value as UTF-8 JSON.</summary>
    /// <exception cref="ArgumentException">The value is undefined.</exception>
    public static void Write(IBufferWriter<byte> output, in Value value, bool escapeHtml = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        switch (value.Kind)
        {
            case ValueKind.Null: output.Write("null"u8); break;
            case ValueKind.Boolean: output.Write(value.IsTrue ? "true"u8 : "false"u8); break;
            case ValueKind.Number: WriteNumber(output, value); break;
            case ValueKind.String: WriteText(output, value.AsString(), escapeHtml); break;
            case ValueKind.Array: WriteArray(output, value.AsArray(), escapeHtml); break;
            case ValueKind.Object: WriteObject(output, value.AsObject(), escapeHtml); break;
            case ValueKind.Set: WriteSet(output, value.AsSet(), escapeHtml); break;
            default: throw new ArgumentException("Undefined cannot be written as JSON.", nameof(value));
        }
    }

    private static void WriteNumber(IBufferWriter<byte> output, in Value value)
    {
        if (value.IsInteger)
        {
            value.Bits.TryFormat(output.GetSpan(24), out var written);
            output.Advance(written);
        }
        else
        {
            Encoding.ASCII.GetBytes(value.NumberText(), output);
        }
    }

    private static void WriteArray(IBufferWriter<byte> output, ArrayValue array, bool escapeHtml)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        output.Write("["u8);
        for (var i = 0; i < array.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            Write(output, array[i], escapeHtml);
        }

        output.Write("]"u8);
    }

    private static void WriteObject(IBufferWriter<byte> output, ObjectValue members, bool escapeHtml)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        output.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            var (key, item) = members.InOrder(i);
            WriteText(output, key.TryGetString(out var text) ? text : Write(key), escapeHtml);
            output.Write(":"u8);
            Write(output, item, escapeHtml);
        }

        output.Write("}"u8);
    }

    private static void WriteSet(IBufferWriter<byte> output, SetValue set, bool escapeHtml)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        output.Write("["u8);
        for (var i = 0; i < set.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            Write(output, set.InOrder(i), escapeHtml);
        }

        output.Write("]"u8);
    }

    private static void WriteText(IBufferWriter<byte> output, string text, bool escapeHtml)
    {
        output.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c >= ' ' && c is not ('"' or '\\' or '\u2028' or '\u2029') && (!escapeHtml || c is not ('<' or '>' or '&')))
            {
                continue;
            }

            Encoding.UTF8.GetBytes(text.AsSpan(start, i - start), output);
            start = i + 1;
            switch (c)
            {
                case '"': output.Write("\\\""u8); break;
                case '\\': output.Write("\\\\"u8); break;
                case '\n': output.Write("\\n"u8); break;
                case '\r': output.Write("\\r"u8); break;
                case '\t': output.Write("\\t"u8); break;
                case '\b': output.Write("\\b"u8); break;
                case '\f': output.Write("\\f"u8); break;
                default: Encoding.UTF8.GetBytes($"\\u{(int)c:x4}", output); break;
            }
        }

        Encoding.UTF8.GetBytes(text.AsSpan(start), output);
        output.Write("\""u8);
    }
}
