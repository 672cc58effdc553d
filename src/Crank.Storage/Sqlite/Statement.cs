using System.Buffers.Binary;
using System.Text;
using Crank.Core;
using SQLitePCL;

namespace Crank.Storage;

/// <summary>A prepared statement: bind in order, run, reset by itself. Speaks the words of Core rather than of SQLite.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private int _bound;

    internal Statement Bind(long value)
    {
        database.Check(raw.sqlite3_bind_int64(handle, ++_bound, value));
        return this;
    }

    internal Statement Bind(long? value) => value is null ? BindNull() : Bind(value.Value);

    internal Statement Bind(double? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        database.Check(raw.sqlite3_bind_double(handle, ++_bound, value.Value));
        return this;
    }

    internal Statement Bind(string? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        if (value.Length == 0)
        {
            database.Check(raw.sqlite3_bind_text(handle, ++_bound, value));
            return this;
        }

        if (value.Length > 256)
        {
            database.Check(raw.sqlite3_bind_text(handle, ++_bound, s_utf8.GetBytes(value)));
            return this;
        }

        Span<byte> utf8 = stackalloc byte[value.Length * 3];
        database.Check(raw.sqlite3_bind_text(handle, ++_bound, utf8[..s_utf8.GetBytes(value, utf8)]));
        return this;
    }

    internal Statement Bind(ReadOnlySpan<byte> value)
    {
        database.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, ++_bound, 0) : raw.sqlite3_bind_blob(handle, ++_bound, value));
        return this;
    }

    internal Statement Bind(byte[]? value) => value is null ? BindNull() : Bind(value.AsSpan());

    internal Statement Bind(SortableId? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value.Value.Value);
        return Bind(bytes);
    }

    internal Statement Bind(Digest? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        Span<byte> bytes = stackalloc byte[32];
        Convert.FromHexString(value.Value.Hex, bytes, out _, out var written);
        return Bind(bytes[..written]);
    }

    internal Statement Bind(DateTimeOffset? value) => value is null ? BindNull() : Bind(value.Value.UtcTicks);

    internal Statement BindNull()
    {
        database.Check(raw.sqlite3_bind_null(handle, ++_bound));
        return this;
    }

    /// <summary>Moves to the next row; after the last one the statement is ready to be bound again.</summary>
    internal bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        try
        {
            database.Check(code);
        }
        finally
        {
            Reset();
        }

        return false;
    }

    /// <summary>Runs a statement that returns no rows, and says how many it wrote.</summary>
    internal int Run()
    {
        Step();
        return database.Changes;
    }

    /// <summary>Ends a statement before its last row.</summary>
    internal void Reset()
    {
        _bound = 0;
        raw.sqlite3_reset(handle);
    }

    internal bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    internal long Long(int column) => raw.sqlite3_column_int64(handle, column);

    internal double Double(int column) => raw.sqlite3_column_double(handle, column);

    internal string Text(int column) => s_utf8.GetString(raw.sqlite3_column_blob(handle, column));

    internal string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    internal byte[] Bytes(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    internal byte[]? BytesOrNull(int column) => IsNull(column) ? null : Bytes(column);

    internal SortableId Id(int column) => new(BinaryPrimitives.ReadUInt128BigEndian(raw.sqlite3_column_blob(handle, column)));

    internal Digest Digest(int column)
    {
        var bytes = raw.sqlite3_column_blob(handle, column);
        return bytes.IsEmpty ? default : Core.Digest.From(bytes);
    }

    internal DateTimeOffset Time(int column) => new(Long(column), TimeSpan.Zero);

    public void Dispose() => handle.Dispose();
}
