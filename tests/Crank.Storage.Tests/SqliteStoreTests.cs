using Microsoft.Data.Sqlite;

namespace Crank.Storage.Tests;

public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string DatabasePath => _folder["data/crank.db"];

    public void Dispose() => _folder.Dispose();

    protected override IStore Open() => SqliteStore.Open(DatabasePath);

    [Fact]
    public async Task The_files_and_their_folder_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such rights.");
            return;
        }

        await using var store = Open();
        store.Commit(Rows.Full(1));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["data"]));
        var files = Directory.GetFiles(_folder["data"]);
        Assert.Contains(DatabasePath + "-wal", files);
        foreach (var file in files)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_database_from_a_newer_version_is_refused_and_left_alone()
    {
        await using (Open())
        {
        }

        Sql($"PRAGMA user_version = {SqliteStore.SchemaVersion + 1}");
        var newer = Assert.Throws<StoreNewerException>(Open);
        Assert.Equal((SqliteStore.SchemaVersion + 1, SqliteStore.SchemaVersion), (newer.Found, newer.Known));
        Assert.Contains($"{SqliteStore.SchemaVersion + 1}", newer.Message, StringComparison.Ordinal);
        Sql($"PRAGMA user_version = {SqliteStore.SchemaVersion}");
        await using var store = Open();
        store.Commit(Rows.Full(1));
    }

    [Theory]
    [InlineData("PRAGMA application_id = 252006673")]
    [InlineData("CREATE TABLE theirs (a)")]
    [InlineData("PRAGMA user_version = 1")]
    public void A_database_of_another_program_is_refused_by_name_and_left_alone(string sql)
    {
        Directory.CreateDirectory(_folder["data"]);
        Sql(sql);
        var before = File.ReadAllBytes(DatabasePath);
        Assert.Contains("another program", Assert.Throws<StoreException>(Open).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(DatabasePath));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(_folder["data"]);
        File.WriteAllText(DatabasePath, new('x', 20_000));
        Assert.Contains("not an SQLite database", Assert.Throws<StoreException>(Open).Message, StringComparison.Ordinal);
        Assert.Equal(20_000, new FileInfo(DatabasePath).Length);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    public async Task A_damaged_database_says_that_it_is_damaged(double where)
    {
        await using (var store = Open())
        {
            for (var n = 1; n <= 200; n++)
            {
                store.Commit(Rows.Full(n));
            }
        }

        var bytes = await File.ReadAllBytesAsync(DatabasePath);
        Array.Fill(bytes, (byte)0xAA, (int)(bytes.Length * where), (int)(bytes.Length * 0.3));
        await File.WriteAllBytesAsync(DatabasePath, bytes);
        var failure = await Record.ExceptionAsync(async () =>
        {
            await using var store = Open();
            store.Load();
            store.Transfers(null, 1_000);
            store.Holds(null, 1_000);
            store.ListJobs(Rows.Tenant, null, 1_000);
            store.Receipts(0, 1_000);
            store.LeafHashes(0, 1_000);
        });
        Assert.Contains("damaged", Assert.IsType<StoreException>(failure).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_folder["data"], "a file, not a folder");
        Assert.Contains(DatabasePath, Assert.Throws<StoreException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_database_loses_nothing_and_goes_on_when_there_is_room()
    {
        await using var store = SqliteStore.Open(DatabasePath);
        store.Commit(Rows.Full(1));
        store.LimitPages(1);
        var fund = Rows.Full(2);
        fund.Snapshots.Add(new(Rows.Digest(99), new byte[1_000_000]));
        var settle = Rows.Batch(batch =>
        {
            batch.Holds.Add(Rows.Hold(1) with { Status = HoldStatus.Settled, Version = 2 });
            batch.Jobs.Add(Rows.Job(1) with { State = Core.JobState.Done, Version = 2 });
            batch.Receipts.Add(new(Rows.Job(9).Id, 9, new byte[1_000_000]));
        });
        for (var again = 0; again < 3; again++)
        {
            Assert.Throws<StoreFullException>(() => store.Commit(fund));
            Assert.Throws<StoreFullException>(() => store.Commit(settle));
            AssertHolds(store, Rows.Full(1));
            AssertHoldsNothingOf(store, Rows.Full(2));
        }

        store.LimitPages(1 << 20);
        store.Commit(fund);
        store.Commit(settle);
        AssertHolds(store, Rows.Full(2));
        Assert.Equal(HoldStatus.Settled, store.FindHold(Rows.Job(1).Id)?.Status);
    }

    [Fact]
    public async Task A_failed_script_leaves_the_version_before()
    {
        await using (Open())
        {
        }

        using var database = Database.Open(DatabasePath, readOnly: false);
        Assert.Throws<StoreException>(() => Schema.Step(database, SqliteStore.SchemaVersion + 1, "CREATE TABLE extra (a); CREATE TABLE extra (a)"));
        Assert.Equal($"{SqliteStore.SchemaVersion}", database.Scalar("PRAGMA user_version"));
        Assert.Equal("", database.Scalar("SELECT name FROM sqlite_schema WHERE name = 'extra'"));
    }

    [Theory]
    [InlineData("UPDATE account SET currency = 'eur'")]
    [InlineData("UPDATE account SET id = 'No Account'")]
    public async Task A_row_that_this_program_never_writes_is_damage_and_said_so(string sql)
    {
        await using (var store = Open())
        {
            store.Commit(Rows.Batch(batch => batch.Accounts.Add(Rows.Account(0) with { Version = 1 })));
        }

        Sql(sql);
        await using var again = Open();
        Assert.Contains("is damaged", Assert.Throws<StoreException>(() => again.Accounts()).Message, StringComparison.Ordinal);
        Assert.Throws<StoreException>(() => again.Load());
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are those of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
