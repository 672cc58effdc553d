using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Crank.Trust.Canonical;
using Crank.Trust.Keys;

namespace Crank.Trust.Notes;

/// <summary>A text with signature lines: C2SP signed-note v1.0.0.</summary>
/// <param name="Text">What is signed, last line feed included.</param>
/// <param name="Signatures">At least one, at most <see cref="MaxSignatures"/>.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>The longest note, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The most signature lines that are read.</summary>
    public const int MaxSignatures = 16;

    private const string LinePrefix = "\u2014 ";
    private const int HashSize = 4;
    private const int MaxSignatureBytes = 8192;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Signs a text with one key.</summary>
    /// <param name="text">Ends with a line feed; holds no other control characters.</param>
    /// <param name="key">The key whose line is written.</param>
    public static SignedNote Sign(string text, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsText(text))
        {
            throw new ArgumentException("A note's text ends with a line feed and holds no other control characters.", nameof(text));
        }

        var signature = new byte[SigningKey.SignatureSize];
        key.Sign(Encoding.UTF8.GetBytes(text), signature);
        return new SignedNote(text, [new NoteSignature(key.Public.Name, key.Public.Hash, signature)]);
    }

    /// <summary>True when <paramref name="signature"/>, one of this note's, was made by <paramref name="key"/>, name and hash included.</summary>
    public bool IsSignedBy(VerificationKey key, NoteSignature signature)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(signature);
        return signature.Name == key.Name && signature.Hash == key.Hash && key.Verify(Encoding.UTF8.GetBytes(Text), signature.Bytes.Span);
    }

    /// <summary>The note as it travels: text, empty line, one line for each signature.</summary>
    public string Encode()
    {
        var note = new StringBuilder(Text).Append('\n');
        Span<byte> hash = stackalloc byte[HashSize];
        foreach (var signature in Signatures)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash, signature.Hash);
            note.Append(LinePrefix).Append(signature.Name).Append(' ')
                .Append(Convert.ToBase64String([.. hash, .. signature.Bytes.Span])).Append('\n');
        }

        return note.ToString();
    }

    /// <summary>Reads a note from bytes, which must be UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(false)] out string? why)
    {
        note = null;
        if (utf8.Length > MaxBytes)
        {
            why = TooLong;
            return false;
        }

        try
        {
            return TryParse(Strict.GetString(utf8), out note, out why);
        }
        catch (DecoderFallbackException)
        {
            why = "The note is not UTF-8.";
            return false;
        }
    }

    /// <summary>Reads a note. Exactly one text gives a note: <see cref="Encode"/> returns it unchanged.</summary>
    /// <returns>False when refused; <paramref name="why"/> says what was wrong.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(text);
        note = null;
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            why = TooLong;
            return false;
        }

        var split = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !IsText(text.AsSpan(0, split + 1)) || !IsText(text))
        {
            why = "A note is lines of text, an empty line, and signature lines; every line ends with a line feed, and there are no other control characters.";
            return false;
        }

        var lines = text[(split + 2)..].Split('\n');
        if (lines.Length is < 2 or > MaxSignatures + 1)
        {
            why = $"A note has 1 to {MaxSignatures} signature lines, not {lines.Length - 1}.";
            return false;
        }

        var signatures = new List<NoteSignature>();
        foreach (var line in lines[..^1])
        {
            if (!TryParseLine(line, out var signature))
            {
                why = "A signature line is an em dash, a space, the key's name, a space, and exact base64 of the key hash and the signature.";
                return false;
            }

            if (signatures.Any(s => s.Name == signature.Name && s.Hash == signature.Hash))
            {
                why = $"The key {signature.Name}+{signature.Hash:x8} signed twice.";
                return false;
            }

            signatures.Add(signature);
        }

        note = new SignedNote(text[..(split + 1)], signatures);
        why = null;
        return true;
    }

    private static string TooLong => $"A note has at most {MaxBytes} bytes.";

    private static bool TryParseLine(string line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(LinePrefix, StringComparison.Ordinal)
            || line[LinePrefix.Length..].Split(' ') is not [var name, var base64]
            || !KeyName.IsValid(name)
            || !ExactBase64.TryDecode(base64, MaxSignatureBytes, out var bytes)
            || bytes.Length <= HashSize)
        {
            return false;
        }

        signature = new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(HashSize));
        return true;
    }

    private static bool IsText(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[^1] != '\n')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c < ' ' && c != '\n')
            {
                return false;
            }
        }

        return true;
    }
}
