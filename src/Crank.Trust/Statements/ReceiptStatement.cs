using System.Diagnostics.CodeAnalysis;
using System.Text;
using Crank.Core;
using Crank.Trust.Canonical;

namespace Crank.Trust.Statements;

/// <summary>
/// A <see cref="Receipt"/> as the in-toto statement that is signed. One receipt has one text, and only that text is read back: no unknown member, no other
/// order, no other way to write a value.
/// </summary>
public static class ReceiptStatement
{
    /// <summary>Names the predicate and its version. A change of what is written is another version.</summary>
    public const string PredicateType = "https://crank.example/receipt/v1";

    /// <summary>How the subject's digest is made (<see cref="SaltedDigest"/>); not <c>sha256</c>, so that nobody compares it with a file's.</summary>
    public const string SubjectDigest = "saltedSha256";

    /// <summary>The statement's canonical bytes. Its subject is the job, with the digest of what was delivered, else of the input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A figure is not finite.</exception>
    public static byte[] Encode(Receipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var json = CanonicalJsonWriter.OfThisThread();
        json.StartObject();
        json.Name("_type"u8);
        json.String(InTotoStatement.Type);
        json.Name("predicate"u8);
        ReceiptPredicate.Write(json, receipt);
        json.Name("predicateType"u8);
        json.String(PredicateType);
        json.Name("subject"u8);
        json.StartArray();
        json.StartObject();
        json.Name("digest"u8);
        json.StartObject();
        json.Name("saltedSha256"u8);
        json.String((receipt.Output ?? receipt.Input).Hex);
        json.EndObject();
        json.Name("name"u8);
        json.String(receipt.Job.ToString());
        json.EndObject();
        json.EndArray();
        json.EndObject();
        return json.Written.ToArray();
    }

    /// <summary>Reads a statement back.</summary>
    /// <returns>False when it is no statement, speaks of another predicate, or differs in any byte from what <see cref="Encode"/> writes; <paramref name="why"/> says which.</returns>
    public static bool TryDecode(
        ReadOnlyMemory<byte> statement, [NotNullWhen(true)] out Receipt? receipt, [NotNullWhen(false)] out string? why)
    {
        receipt = null;
        return InTotoStatement.TryParse(statement, out var parsed, out why) && TryDecode(statement, parsed, out receipt, out why);
    }

    internal static bool TryDecode(
        ReadOnlyMemory<byte> statement, InTotoStatement parsed, [NotNullWhen(true)] out Receipt? receipt, [NotNullWhen(false)] out string? why)
    {
        receipt = null;
        if (parsed.PredicateType != PredicateType)
        {
            why = $"The predicate is '{parsed.PredicateType}'; this version reads '{PredicateType}'.";
            return false;
        }

        Receipt read;
        try
        {
            read = ReceiptPredicate.Read(parsed.Predicate);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or ArgumentException)
        {
            why = $"Not a receipt: {e.Message}";
            return false;
        }

        var again = Encode(read);
        var same = statement.Span.CommonPrefixLength(again);
        if (same != again.Length || same != statement.Length)
        {
            why = $"The statement is not written as a receipt is, from byte {same} on: '{Encoding.UTF8.GetString(statement.Span.Slice(same, Math.Min(40, statement.Length - same)))}'.";
            return false;
        }

        receipt = read;
        why = null;
        return true;
    }
}
