using System.Diagnostics;
using Crank.Cli.Tests.Running;
using Microsoft.Data.Sqlite;

namespace Crank.Cli.Tests;

/// <summary>Ctrl-C and kill -9 in the middle of a job.</summary>
public sealed class InterruptTests
{
    [Fact]
    public async Task Ctrl_c_in_the_middle_cancels_the_job_with_a_receipt_and_leaves_no_worker()
    {
        using var scratch = new Scratch();
        using var running = await InTheMiddleAsync(scratch);
        var workers = Workers(scratch);
        Assert.NotEmpty(workers);
        (await scratch.BashAsync($"kill -INT {running.Id} {string.Join(' ', workers)}")).Exits(0);
        var run = (await Scratch.EndAsync(running, "")).Exits(ExitCode.Interrupted);
        Assert.Empty(run.Out);
        Assert.Equal("cancelled", run.ErrorJson.GetProperty("code").GetString());
        (await scratch.CrankAsync("receipt", "verify", run.ErrorJson.GetProperty("receiptFile").GetString()!)).Exits(ExitCode.Done);
        Assert.Empty(Workers(scratch));
        await InvokeTests.AssertNothingChargedAsync(scratch);
    }

    [Fact]
    public async Task After_a_kill_the_next_start_recovers_says_so_and_has_charged_nothing()
    {
        using var scratch = new Scratch();
        using (var running = await InTheMiddleAsync(scratch))
        {
            (await scratch.BashAsync($"kill -KILL {running.Id}")).Exits(0);
            await running.WaitForExitAsync();
        }

        var began = Stopwatch.GetTimestamp();
        var next = (await scratch.CrankAsync("invoke", "echo", "--param", "message=x", "--budget", "0")).Exits(ExitCode.NoFunds);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "recovery took too long");
        Assert.Contains("was interrupted by an earlier stop", next.Error);
        Assert.Empty(Workers(scratch));
        Assert.Contains(
            (await scratch.CrankAsync("jobs", "--json")).Exits(0).OutJson.EnumerateArray(),
            j => j.GetProperty("state").GetString() == "interrupted");
        await InvokeTests.AssertNothingChargedAsync(scratch);
    }

    [Fact]
    public async Task Ctrl_c_while_standard_input_is_read_ends_at_once()
    {
        using var scratch = new Scratch();
        using var running = scratch.Start("invoke", "hash", "--in", "-", "--json");
        await UntilAsync(() => Directory.Exists(Path.Combine(scratch.Data, "tmp")) && Directory.GetFiles(Path.Combine(scratch.Data, "tmp"), "stdin-*").Length > 0);
        (await scratch.BashAsync($"kill -INT {running.Id}")).Exits(0);
        await running.WaitForExitAsync();
        Assert.Equal(ExitCode.Interrupted, running.ExitCode);
    }

    /// <summary>A run whose job is funded and with its worker.</summary>
    private static async Task<Process> InTheMiddleAsync(Scratch scratch)
    {
        var path = scratch.InFolder("large");
        using (var file = File.Create(path))
        {
            file.SetLength((2L << 30) - (1L << 20));
        }

        var running = scratch.Start("invoke", "hash", "--in", path, "--param", "algorithm=sha512", "--json");
        await UntilAsync(() => running.HasExited || HasOpenJob(scratch));
        Assert.False(running.HasExited, "the job ended before it could be interrupted");
        return running;
    }

    private static async Task UntilAsync(Func<bool> seen)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!seen())
        {
            await look.WaitForNextTickAsync(late.Token);
        }
    }

    private static bool HasOpenJob(Scratch scratch)
    {
        var database = Path.Combine(scratch.Data, "crank.db");
        if (!File.Exists(database))
        {
            return false;
        }

        try
        {
            using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM job WHERE state = 0";
            return (long)command.ExecuteScalar()! > 0;
        }
        catch (SqliteException)
        {
            return false; // It is being made.
        }
    }

    /// <summary>The processes whose environment or command line names this data folder as theirs: its workers.</summary>
    private static List<int> Workers(Scratch scratch)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "environ")).Contains(Path.Combine(scratch.Data, "tmp"), StringComparison.Ordinal))
                {
                    found.Add(int.Parse(Path.GetFileName(folder)));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended, or is none of ours.
            }
        }

        return found;
    }
}
