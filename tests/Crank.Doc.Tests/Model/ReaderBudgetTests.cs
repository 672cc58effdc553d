using Crank.Doc.Reading;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Doc.Tests.Model;

public sealed class ReaderBudgetTests
{
    [Fact]
    public void Time_runs_out_by_the_clock_handed_in()
    {
        var clock = new FakeTimeProvider();
        var budget = new ReaderBudget(ReaderLimits.Default, clock, TestContext.Current.CancellationToken);
        budget.Check();
        clock.Advance(ReaderLimits.Default.Time + TimeSpan.FromTicks(1));
        Assert.Equal("time_budget", Assert.Throws<DocumentRefusedException>(budget.Check).Code);
    }

    [Fact]
    public void The_clock_is_looked_at_within_a_thousand_steps()
    {
        var clock = new FakeTimeProvider();
        var budget = new ReaderBudget(ReaderLimits.Default, clock, TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Throws<DocumentRefusedException>(() =>
        {
            for (var i = 0; i < 1024; i++)
            {
                budget.Tick();
            }
        });
    }

    [Fact]
    public void The_callers_cancellation_is_no_refusal()
    {
        using var source = new CancellationTokenSource();
        var budget = new ReaderBudget(ReaderLimits.Default, new FakeTimeProvider(), source.Token);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(budget.Check);
    }

    [Fact]
    public void Each_limit_allows_its_number_and_refuses_one_more()
    {
        var limits = new ReaderLimits { InputBytes = 10, Nodes = 10, Cells = 10, TextLength = 10, MarkupLength = 10, DecompressedBytes = 10 };
        Refuses("too_large", b => b.Input(10), b => b.Input(11));
        Refuses("too_many_nodes", b => b.Nodes(10), b => b.Nodes());
        Refuses("too_many_cells", b => b.Cells(10), b => b.Cells());
        Refuses("text_too_long", b => b.Text(10), b => b.Text(1));
        Refuses("text_too_long", b => b.Markup(10), b => b.Markup(11));
        Refuses("decompression_bomb", b => b.Decompressed(10, 10, 10), b => b.Decompressed(1, 11, 11));
        Refuses("empty", b => b.Input(1), b => b.Input(0));

        void Refuses(string code, Action<ReaderBudget> fits, Action<ReaderBudget> tooMuch)
        {
            var budget = new ReaderBudget(limits, new FakeTimeProvider(), TestContext.Current.CancellationToken);
            fits(budget);
            Assert.Equal(code, Assert.Throws<DocumentRefusedException>(() => tooMuch(budget)).Code);
        }
    }

    [Fact]
    public void A_part_may_not_unpack_to_many_times_its_size()
    {
        var limits = new ReaderLimits { RatioFreeBytes = 1000, Ratio = 100 };
        var budget = new ReaderBudget(limits, new FakeTimeProvider(), TestContext.Current.CancellationToken);
        budget.Decompressed(1000, 1000, 1);
        budget.Decompressed(1, 1001, 11);
        Assert.Equal("decompression_bomb", Assert.Throws<DocumentRefusedException>(() => budget.Decompressed(99, 1100, 11)).Code);
    }
}
