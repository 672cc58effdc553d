using System.Runtime.Versioning;
using Crank.Cli.Tests.Running;
using Microsoft.Data.Sqlite;

namespace Crank.Cli.Tests;

/// <summary>The data folder: whose it is, what is wrong with it, and many at once.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FolderTests
{
    private static readonly string[] s_echo = ["invoke", "echo", "--param", "message=x"];

    [Fact]
    public async Task First_use_makes_a_folder_that_its_owner_alone_can_enter()
    {
        using var scratch = new Scratch();
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
        const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(Folder, File.GetUnixFileMode(scratch.Data));
        Assert.All(Directory.EnumerateDirectories(scratch.Data, "*", SearchOption.AllDirectories), d => Assert.Equal(Folder, File.GetUnixFileMode(d)));
        Assert.All(
            Directory.EnumerateFiles(scratch.Data, "*", SearchOption.AllDirectories),
            f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
    }

    [Fact]
    public async Task A_folder_that_others_may_enter_is_refused()
    {
        using var scratch = new Scratch();
        (await scratch.BashAsync("mkdir -m 750 \"$CRANK_DATA\"")).Exits(0);
        Assert.Contains("chmod 700", (await scratch.CrankAsync(s_echo)).Exits(ExitCode.DataFolderUnusable).Error);
    }

    [Fact]
    public async Task Another_user_s_folder_is_refused_even_to_root()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a folder to another user.");
        using var scratch = new Scratch();
        (await scratch.BashAsync("mkdir -m 700 \"$CRANK_DATA\" && chown 12345 \"$CRANK_DATA\"")).Exits(0);
        Assert.Contains("another user (uid 12345)", (await scratch.CrankAsync(s_echo)).Exits(ExitCode.DataFolderUnusable).Error);
        Assert.Empty(Directory.EnumerateFiles(scratch.Data));
    }

    [Theory]
    [InlineData("install -d -m 500 -o 12345 \"$CRANK_DATA\"")]
    [InlineData("install -d -m 700 -o 54321 \"$CRANK_DATA\"")]
    public async Task A_read_only_or_foreign_folder_is_refused_to_an_ordinary_user(string prepare)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        using var scratch = new Scratch();
        (await scratch.BashAsync($"chmod 755 \"$(dirname \"$CRANK_DATA\")\" && {prepare}")).Exits(0);

        // Another user may not reach the program either: it gets a copy.
        var run = (await scratch.BashAsync($"""
            here="$(dirname "$CRANK_DATA")"; cp -r "$(dirname "$CRANK")" "$here/bin"
            setpriv --reuid 12345 --regid 12345 --clear-groups env HOME="$here" "$here/bin/crank" invoke echo --param message=x --json
            """)).Exits(ExitCode.DataFolderUnusable);
        Assert.Equal("data-folder-unusable", run.ErrorJson.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_folder_is_refused()
    {
        using var scratch = new Scratch();
        scratch.Write("data", "");
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.DataFolderUnusable);
    }

    [Theory]
    [InlineData("PRAGMA user_version = 9999", "data-folder-newer")]
    [InlineData("PRAGMA application_id = 1", "data-folder-unusable")]
    [InlineData("UPDATE account SET balance = balance + 1", "ledger-broken")]
    public async Task What_is_wrong_with_the_database_is_named_and_nothing_is_changed(string sql, string code)
    {
        using var scratch = new Scratch();
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
        Execute(scratch, sql);
        var before = File.ReadAllBytes(Path.Combine(scratch.Data, "crank.db"));
        var said = (await scratch.CrankAsync([.. s_echo, "--json"])).Exits(ExitCode.DataFolderUnusable).ErrorJson;
        Assert.Equal(code, said.GetProperty("code").GetString());
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(scratch.Data, "crank.db")));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_by_a_year_is_said_with_both_times()
    {
        using var scratch = new Scratch();
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
        var later = TimeProvider.System.GetUtcNow().AddYears(1);
        Execute(scratch, $"UPDATE job SET id = x'{later.ToUnixTimeMilliseconds():X12}00000000000000000001'");
        var run = (await scratch.CrankAsync([.. s_echo, "--json"])).Exits(ExitCode.DataFolderUnusable);
        Assert.Equal("clock-behind", run.ErrorJson.GetProperty("code").GetString());
        Assert.Contains($"{later:yyyy-MM-dd}", run.Error);
        Assert.Contains("Set the clock right", run.Error);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        using var scratch = new Scratch();
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
        File.WriteAllText(Path.Combine(scratch.Data, "crank.db"), new string('x', 5000));
        Assert.Contains("not an SQLite database", (await scratch.CrankAsync(s_echo)).Exits(ExitCode.DataFolderUnusable).Error);
    }

    [Fact]
    public async Task A_lost_key_is_named()
    {
        using var scratch = new Scratch();
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
        File.Delete(Directory.GetFiles(Path.Combine(scratch.Data, "keys"), "*.key").Single());
        var said = (await scratch.CrankAsync([.. s_echo, "--json"])).Exits(ExitCode.DataFolderUnusable).ErrorJson;
        Assert.Equal("keys-unusable", said.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_folder_in_use_is_waited_for_and_named()
    {
        using var scratch = new Scratch();
        (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
        using var held = new FileStream(Path.Combine(scratch.Data, "crank.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var run = (await scratch.CrankAsync("jobs", "--wait", "1500ms")).Exits(ExitCode.DataFolderUnusable);
        Assert.Contains("is using this data folder; waiting for it", run.Error);
        Assert.Contains("--wait", run.Error);
        var atOnce = (await scratch.CrankAsync("jobs", "--wait", "0s", "--json")).Exits(ExitCode.DataFolderUnusable);
        Assert.Equal("data-folder-busy", atOnce.ErrorJson.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Twenty_at_once_on_one_folder_all_succeed()
    {
        using var scratch = new Scratch();
        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => scratch.CrankAsync("invoke", "echo", "--param", $"message=m{i}", "--wait", "2m")));
        Assert.All(runs.Select((run, i) => (run, i)), r => Assert.Equal($"{{\"message\":\"m{r.i}\"}}\n", r.run.Exits(ExitCode.Done).Out));
        Assert.Equal(20, (await scratch.CrankAsync("jobs", "--json", "--limit", "100")).Exits(0).OutJson.GetArrayLength());
        (await scratch.CrankAsync("ledger", "verify")).Exits(ExitCode.Done);
    }

    [Fact]
    public async Task A_disk_that_fills_up_at_any_point_charges_nothing_and_the_next_start_is_fine()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can make a small disk.");
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch.Data);
        (await scratch.BashAsync("mount -t tmpfs -o size=2m,mode=700 crank-test \"$CRANK_DATA\"")).Exits(0);
        try
        {
            (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
            var before = await BalanceAsync(scratch);
            var full = 0;
            for (var room = 0; room <= 160; room += 16)
            {
                (await scratch.BashAsync($"rm -f \"$CRANK_DATA/fill\"; cat /dev/zero > \"$CRANK_DATA/fill\" 2>/dev/null; truncate -s -{room}K \"$CRANK_DATA/fill\"")).Exits(0);
                var run = await scratch.CrankAsync([.. s_echo, "--json"]);
                File.Delete(Path.Combine(scratch.Data, "fill"));
                (await scratch.CrankAsync("ledger", "verify")).Exits(ExitCode.Done);
                if (run.Exit == ExitCode.Done)
                {
                    break;
                }

                run.Exits(ExitCode.DataFolderUnusable);
                Assert.Equal(before, await BalanceAsync(scratch));
                full++;
            }

            Assert.NotEqual(0, full);
            (await scratch.CrankAsync(s_echo)).Exits(ExitCode.Done);
            (await scratch.CrankAsync("ledger", "verify")).Exits(ExitCode.Done);
        }
        finally
        {
            (await scratch.BashAsync("umount -l \"$CRANK_DATA\"")).Exits(0);
        }
    }

    private static async Task<string> BalanceAsync(Scratch scratch) =>
        string.Join('\n', (await scratch.CrankAsync("ledger", "balance", "--json")).Exits(0).OutJson.EnumerateArray().Select(a => $"{a.GetProperty("account")} {a.GetProperty("balance")}"));

    private static void Execute(Scratch scratch, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(scratch.Data, "crank.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
