using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Crank.Storage;

/// <summary>One connection to an SQLite database, used by one thread at a time; its errors are the store's.</summary>
internal sealed class Database : IDisposable
{
    private const int BusyMilliseconds = 5_000;
    private readonly sqlite3 _handle;
    private readonly List<Statement> _statements = [];

    static Database() => Batteries_V2.Init();

    private Database(string path, sqlite3 handle)
    {
        Path = path;
        _handle = handle;
    }

    internal string Path { get; }

    /// <summary>How many rows the last statement wrote.</summary>
    internal int Changes => raw.sqlite3_changes(_handle);

    /// <summary>The number of the row that was inserted last.</summary>
    internal long LastRow => raw.sqlite3_last_insert_rowid(_handle);

    internal static Database Open(string path, bool readOnly)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE);
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var database = new Database(path, handle);
        try
        {
            database.Check(code);
            database.Check(raw.sqlite3_extended_result_codes(handle, 1));
            database.Check(raw.sqlite3_busy_timeout(handle, BusyMilliseconds));
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    internal Statement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        var statement = new Statement(this, handle);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs statements that return nothing.</summary>
    internal void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>Runs a statement once, and gives the first column of its first row as text.</summary>
    internal string Scalar(string sql)
    {
        var statement = Prepare(sql);
        try
        {
            return statement.Step() ? statement.Text(0) : "";
        }
        finally
        {
            _statements.Remove(statement);
            statement.Dispose();
        }
    }

    /// <summary>Ends whatever runs or was half bound, and the transaction with it if one is open.</summary>
    internal void RollBack()
    {
        foreach (var statement in _statements)
        {
            statement.Reset();
        }

        if (raw.sqlite3_get_autocommit(_handle) == 0)
        {
            raw.sqlite3_exec(_handle, "ROLLBACK");
        }
    }

    internal void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw Error(code);
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _handle.Dispose();
    }

    private StoreException Error(int code)
    {
        var cause = new SqliteException(raw.sqlite3_errmsg(_handle).utf8_to_string(), code & 0xff, code);
        return (code & 0xff) switch
        {
            raw.SQLITE_FULL => new StoreFullException($"No room is left for {Path}. Nothing was written; free some space and try again.", cause),
            raw.SQLITE_NOTADB => new StoreException($"{Path} is not an SQLite database. Move it away, or use another data folder.", cause),
            raw.SQLITE_CORRUPT => new StoreException($"{Path} is damaged ({cause.Message}). Restore it from a backup; nothing was changed.", cause),
            raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH => new StoreException($"{Path} cannot be opened ({cause.Message}). Check that it exists and that its folder is yours.", cause),
            raw.SQLITE_READONLY => new StoreException($"{Path} cannot be written ({cause.Message}). Check the rights of the file and of its folder.", cause),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreException($"{Path} is in use by another process. Stop that one, or use another data folder.", cause),
            raw.SQLITE_IOERR => new StoreException($"{Path} could not be read or written ({cause.Message}, code {code}). Check the disk, and open the store anew.", cause),
            _ => new StoreException($"{Path} failed ({cause.Message}, code {code}).", cause),
        };
    }
}
