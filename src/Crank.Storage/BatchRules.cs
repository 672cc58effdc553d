using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Crank.Core;

namespace Crank.Storage;

/// <summary>The shape every row has before any store looks at it, so that all stores refuse the same rows with the same words.</summary>
internal static class BatchRules
{
    private const int MaxNameLength = 64;

    internal static void Check(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (var row in batch.Accounts)
        {
            if (row.Version < 1)
            {
                throw Malformed("account", row.Id, "has a version below 1");
            }
        }

        foreach (var row in batch.Keys)
        {
            if (!IsKey(row.Key.Key))
            {
                throw Malformed("key", row.Key.Key, $"is not 1 to {KeyRow.MaxKeyLength} characters of Unicode");
            }
        }

        foreach (var row in batch.Holds)
        {
            if (row.Version < 1)
            {
                throw Malformed("hold", row.Job, "has a version below 1");
            }

            if (row.AmountMicros < 0)
            {
                throw Malformed("hold", row.Job, "has a negative amount");
            }
        }

        foreach (var row in batch.Jobs)
        {
            if (row.Version < 1)
            {
                throw Malformed("job", row.Id, "has a version below 1");
            }

            if (row.IdempotencyKey is not null && !IsKey(row.IdempotencyKey))
            {
                throw Malformed("job", row.Id, $"has a key that is not 1 to {KeyRow.MaxKeyLength} characters of Unicode");
            }

            if (row.Result is not null && !IsResult(row.Result))
            {
                throw Malformed("job", row.Id, $"has a result that is neither at most {ResultRow.MaxInlineBytes} bytes inline, of the length it says, nor a blob");
            }
        }

        foreach (var row in batch.Transfers)
        {
            if (row.AmountMicros <= 0)
            {
                throw Malformed("transfer", row.Id, "has no positive amount");
            }

            if (row.Debit == row.Credit)
            {
                throw Malformed("transfer", row.Id, "debits and credits the same account");
            }

            if (!IsText(row.Kind, MaxNameLength))
            {
                throw Malformed("transfer", row.Id, $"has a kind that is not 1 to {MaxNameLength} characters of Unicode");
            }
        }

        foreach (var row in batch.Receipts)
        {
            if (row.LogIndex is < 0 or >= 1L << LogNodeRow.MaxLevel)
            {
                throw Malformed("receipt", row.Job, "has a leaf index out of range");
            }
        }

        foreach (var row in batch.LogNodes)
        {
            if (row.Level is < 0 or > LogNodeRow.MaxLevel)
            {
                throw Malformed("log node", LogKey(row), "has a level out of range");
            }

            if (row.Index < 0 || row.Index >= 1L << (LogNodeRow.MaxLevel - row.Level))
            {
                throw Malformed("log node", LogKey(row), "has an index out of range");
            }

            if (row.Hash.Length != 32)
            {
                throw Malformed("log node", LogKey(row), "has a hash that is not 32 bytes");
            }
        }

        foreach (var row in batch.Checkpoints)
        {
            if (row.Size is < 0 or > 1L << LogNodeRow.MaxLevel)
            {
                throw Malformed("checkpoint", row.Size, "has a size out of range");
            }

            if (!IsUnicode(row.Note))
            {
                throw Malformed("checkpoint", row.Size, "has a note that is not Unicode");
            }
        }

        foreach (var row in batch.Meta)
        {
            if (!IsText(row.Name, MaxNameLength))
            {
                throw Malformed("named value", row.Name, $"has a name that is not 1 to {MaxNameLength} characters of Unicode");
            }
        }

        foreach (var row in batch.Queue)
        {
            if (row.Version < 1)
            {
                throw Malformed("place in the queue", row.Job, "has a version below 1");
            }

            if (row.IsDead != (row.ExpiresAt is not null) || row.Blobs.IsDefault)
            {
                throw Malformed("place in the queue", row.Job, "is a dead letter without an end, or waits with one, or has no list of blobs");
            }
        }

        foreach (var row in batch.Inputs)
        {
            if (!IsResult(new(row.Bytes, row.Inline, row.Blob, default)))
            {
                throw Malformed("input", row.Job, $"is neither at most {ResultRow.MaxInlineBytes} bytes inline, of the length it says, nor a blob");
            }
        }

        foreach (var row in batch.Records)
        {
            if (row.Version < 1)
            {
                throw Malformed("record", RecordName(row), "has a version below 1");
            }

            if (!IsRecord(row.Kind, row.Id))
            {
                throw Malformed("record", RecordName(row), $"has a kind that is not 1 to {MaxNameLength} of a-z 0-9 - . or an id that is not 1 to {KeyRow.MaxKeyLength} characters of Unicode");
            }

            if (row.Body.Length > RecordRow.MaxBodyBytes || !Utf8.IsValid(row.Body))
            {
                throw Malformed("record", RecordName(row), $"has a body of {row.Body.Length} bytes that is not at most {RecordRow.MaxBodyBytes} bytes of UTF-8");
            }
        }
    }

    internal static string LogKey(LogNodeRow row) => $"{row.Level}/{row.Index}";

    internal static string KeyName(TenantScoped<string> key) => $"{key.Tenant}/{key.Key}";

    internal static string RecordName(RecordRow row) => RecordName(row.Kind, row.Tenant, row.Id);

    internal static string RecordName(string kind, TenantId tenant, string id) => $"{kind}/{tenant}/{id}";

    internal static bool IsRecord(string kind, string id) =>
        kind.Length is >= 1 and <= MaxNameLength && kind.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.') && IsKey(id);

    internal static bool IsKey(string text) => IsText(text, KeyRow.MaxKeyLength);

    private static bool IsResult(ResultRow row) =>
        row.Inline is null
            ? row.Blob is not null && row.Bytes >= 0
            : row.Blob is null && row.Bytes == row.Inline.Length && row.Bytes <= ResultRow.MaxInlineBytes;

    private static bool IsText(string text, int max) => text.Length >= 1 && text.Length <= max && IsUnicode(text);

    private static bool IsUnicode(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }

    private static ArgumentException Malformed<T>(string kind, T id, string why) => new($"The {kind} {id} {why}.");
}
