using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Crank.Trust.Canonical;

/// <summary>
/// Writes RFC 8785 canonical JSON directly: no white space, names in order of their UTF-16 code units, ECMAScript numbers.
/// The caller gives the names of an object in that order; the writer checks, and throws on one out of order or given twice.
/// </summary>
/// <remarks>Keeps its buffer between documents (<see cref="Reset"/>), so a warm writer allocates nothing. Not for use by two threads at once.</remarks>
public sealed class CanonicalJsonWriter
{
    /// <summary>The deepest nesting that is written or read.</summary>
    public const int MaxDepth = 64;

    /// <summary>The largest magnitude that RFC 8785 lets an integer have as a number: 2^53 − 1. Larger ones travel as strings.</summary>
    public const long MaxInteger = 9_007_199_254_740_991;

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(c => (char)c), '"', '\\']);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const int LargestKept = 256 * 1024;

    [ThreadStatic]
    private static CanonicalJsonWriter? t_warm;

    private readonly Level[] _levels = new Level[MaxDepth + 1];
    private byte[] _buffer;
    private int _length;
    private int _depth;

    /// <param name="capacity">Bytes to hold before the buffer first grows.</param>
    public CanonicalJsonWriter(int capacity = 4096) => _buffer = new byte[Math.Max(capacity, 64)];

    /// <summary>What has been written since the last <see cref="Reset"/>; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Reset()
    {
        _length = 0;
        _depth = 0;
        _levels[0] = default;
    }

    /// <summary>A warm writer of this thread, empty; only for code that is done with it before anything else on the thread can ask for one.</summary>
    internal static CanonicalJsonWriter OfThisThread()
    {
        if (t_warm is null || t_warm._buffer.Length > LargestKept)
        {
            t_warm = new CanonicalJsonWriter(8192);
        }

        t_warm.Reset();
        return t_warm;
    }

    /// <summary>Begins an object: as the document, an array's item, or the value of the name just written.</summary>
    public void StartObject() => Start((byte)'{', isObject: true);

    /// <summary>Ends the object begun last.</summary>
    public void EndObject() => End((byte)'}', isObject: true);

    /// <summary>Begins an array.</summary>
    public void StartArray() => Start((byte)'[', isObject: false);

    /// <summary>Ends the array begun last.</summary>
    public void EndArray() => End((byte)']', isObject: false);

    /// <summary>Writes a member's name, from a literal that needs no escape.</summary>
    /// <exception cref="InvalidOperationException">The name does not come after the one before it in the same object.</exception>
    public void Name(ReadOnlySpan<byte> ascii)
    {
        ref var level = ref BeginName();
        if (level.Count > 0)
        {
            var last = _buffer.AsSpan(level.NameAt, level.NameLength);
            var order = level.NameText is null
                ? last.SequenceCompareTo(ascii)
                : string.CompareOrdinal(level.LastName(_buffer), Encoding.ASCII.GetString(ascii));
            if (order >= 0)
            {
                throw OutOfOrder(level.LastName(_buffer), Encoding.ASCII.GetString(ascii));
            }

            Byte((byte)',');
        }

        level.Count++;
        Ensure(ascii.Length + 3);
        _buffer[_length++] = (byte)'"';
        level.NameText = null;
        level.NameAt = _length;
        level.NameLength = ascii.Length;
        ascii.CopyTo(_buffer.AsSpan(_length));
        _length += ascii.Length;
        _buffer[_length++] = (byte)'"';
        _buffer[_length++] = (byte)':';
        level.AwaitsValue = true;
    }

    /// <summary>Writes a member's name that comes from data.</summary>
    /// <exception cref="InvalidOperationException">The name does not come after the one before it in the same object.</exception>
    public void Name(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ref var level = ref BeginName();
        if (level.Count > 0)
        {
            if (string.CompareOrdinal(level.LastName(_buffer), name) >= 0)
            {
                throw OutOfOrder(level.LastName(_buffer), name);
            }

            Byte((byte)',');
        }

        level.Count++;
        level.NameText = name;
        AppendString(name);
        Byte((byte)':');
        level.AwaitsValue = true;
    }

    /// <summary>Writes a string. A null is refused: write <see cref="Null"/> or leave the member out.</summary>
    /// <exception cref="EncoderFallbackException">The string holds half a surrogate pair.</exception>
    public void String(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        BeginValue();
        AppendString(value);
    }

    /// <summary>Writes bytes as a string of standard base64 with padding (RFC 4648 section 4).</summary>
    public void Base64String(ReadOnlySpan<byte> bytes)
    {
        BeginValue();
        Ensure(Base64.GetMaxEncodedToUtf8Length(bytes.Length) + 2);
        _buffer[_length++] = (byte)'"';
        Base64.EncodeToUtf8(bytes, _buffer.AsSpan(_length), out _, out var written);
        _length += written;
        _buffer[_length++] = (byte)'"';
    }

    /// <summary>Writes an integer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Its magnitude exceeds <see cref="MaxInteger"/>: write it as a string.</exception>
    public void Number(long value)
    {
        if (value is > MaxInteger or < -MaxInteger)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A canonical number holds integers up to 2^53 - 1; write this one as a string.");
        }

        BeginValue();
        Ensure(EcmaScriptNumber.MaxBytes);
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out var written);
        _length += written;
    }

    /// <summary>Writes a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is infinite or not a number.</exception>
    public void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "JSON has no text for a number that is not finite.");
        }

        BeginValue();
        Ensure(EcmaScriptNumber.MaxBytes);
        _length += EcmaScriptNumber.Write(value, _buffer.AsSpan(_length));
    }

    /// <summary>Writes <c>true</c> or <c>false</c>.</summary>
    public void Boolean(bool value)
    {
        BeginValue();
        Bytes(value ? "true"u8 : "false"u8);
    }

    /// <summary>Writes <c>null</c>.</summary>
    public void Null()
    {
        BeginValue();
        Bytes("null"u8);
    }

    /// <summary>Writes a value that is canonical JSON already, as <see cref="CanonicalJson.TryCanonicalize"/> made it. It is not checked again.</summary>
    public void Canonical(ReadOnlySpan<byte> canonical)
    {
        BeginValue();
        Bytes(canonical);
    }

    /// <summary>Appends a string with the escapes of RFC 8785 section 3.2.2.2, quotes included.</summary>
    private void AppendString(ReadOnlySpan<char> value)
    {
        Ensure(checked(value.Length * 3) + 2);
        _buffer[_length++] = (byte)'"';
        while (true)
        {
            var plain = value.IndexOfAny(Escaped);
            var run = plain < 0 ? value : value[..plain];
            Ensure(checked(run.Length * 3) + 8);
            _length += Strict.GetBytes(run, _buffer.AsSpan(_length));
            if (plain < 0)
            {
                break;
            }

            Escape(value[plain]);
            value = value[(plain + 1)..];
        }

        Ensure(1);
        _buffer[_length++] = (byte)'"';
    }

    private void Escape(char c)
    {
        Ensure(6);
        var letter = c switch
        {
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            '\b' => (byte)'b',
            '\t' => (byte)'t',
            '\n' => (byte)'n',
            '\f' => (byte)'f',
            '\r' => (byte)'r',
            _ => (byte)0,
        };
        _buffer[_length++] = (byte)'\\';
        if (letter != 0)
        {
            _buffer[_length++] = letter;
            return;
        }

        "u00"u8.CopyTo(_buffer.AsSpan(_length));
        _buffer[_length + 3] = "0123456789abcdef"u8[c >> 4];
        _buffer[_length + 4] = "0123456789abcdef"u8[c & 15];
        _length += 5;
    }

    private void Start(byte bracket, bool isObject)
    {
        BeginValue();
        if (_depth == MaxDepth)
        {
            throw new InvalidOperationException($"Canonical JSON is written at most {MaxDepth} levels deep.");
        }

        Byte(bracket);
        _levels[++_depth] = new Level { IsObject = isObject };
    }

    private void End(byte bracket, bool isObject)
    {
        ref var level = ref _levels[_depth];
        if (_depth == 0 || level.IsObject != isObject || level.AwaitsValue)
        {
            throw new InvalidOperationException($"'{(char)bracket}' ends nothing that was begun.");
        }

        Byte(bracket);
        _depth--;
    }

    private ref Level BeginName()
    {
        ref var level = ref _levels[_depth];
        if (!level.IsObject || level.AwaitsValue)
        {
            throw new InvalidOperationException("A name stands only inside an object, after the value before it.");
        }

        return ref level;
    }

    private void BeginValue()
    {
        ref var level = ref _levels[_depth];
        if (level.IsObject)
        {
            if (!level.AwaitsValue)
            {
                throw new InvalidOperationException("A value inside an object needs its name first.");
            }

            level.AwaitsValue = false;
        }
        else if (level.Count++ > 0)
        {
            if (_depth == 0)
            {
                throw new InvalidOperationException("A document is one value.");
            }

            Byte((byte)',');
        }
    }

    private void Byte(byte value)
    {
        Ensure(1);
        _buffer[_length++] = value;
    }

    private void Bytes(ReadOnlySpan<byte> value)
    {
        Ensure(value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
    }

    private void Ensure(int more)
    {
        if (_buffer.Length - _length < more)
        {
            Array.Resize(ref _buffer, checked(Math.Max(_buffer.Length * 2, _length + more)));
        }
    }

    private static InvalidOperationException OutOfOrder(string earlier, string later) =>
        new($"'{later}' was written after '{earlier}': canonical names rise, and none stands twice.");

    private struct Level
    {
        public bool IsObject;
        public bool AwaitsValue;
        public int Count;
        public int NameAt;
        public int NameLength;
        public string? NameText;

        public readonly string LastName(byte[] buffer) => NameText ?? Encoding.ASCII.GetString(buffer, NameAt, NameLength);
    }
}
