using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Receipts;

namespace Crank.Mesh.Tests.Path;

public sealed class JobFactsTests
{
    [Theory]
    [InlineData("cheapest", null, null)]
    [InlineData("fastest=0.5,greenest=0.25", "0.05 EUR", "1.5s")]
    public async Task What_a_row_keeps_is_all_that_a_receipt_needs(string prefer, string? budget, string? deadline)
    {
        await using var mesh = await TestMesh.OpenAsync(prepare: m => m.Offers = new(TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo, 20)));
        var terms = Terms.Default with
        {
            Prefer = Preference.Parse(prefer),
            Budget = budget is null ? null : Money.Parse(budget),
            Deadline = deadline is null ? null : Duration.Parse(deadline),
            Zones = [Zone.Parse("de"), Zone.Parse("fr")],
            DataClass = DataClass.Parse("internal"),
            MinIsolation = IsolationLevel.Strong,
        };
        var report = await mesh.SubmitAsync(TestMesh.Request(terms: terms, trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        Assert.Null(report.Refusal);
        var row = mesh.Store.FindJob(report.Job!.Value)!;
        var facts = JobFacts.Decode(row);
        var (again, _, plan) = facts.Encode();
        Assert.Equal(row.Terms, again);
        Assert.Equal(row.Plan, plan);

        var receipt = mesh.ReceiptOf(report);
        var rebuilt = ReceiptBuilder.Build(
            receipt.Origin, row.Id, row.Parent, row.Tenant, row.Principal, row.Capability, facts, row.State, row.Error, receipt.Attempts, receipt.Charge, receipt.Footprint,
            report.Delivery!.Digest, row.AcceptedAt, row.FinishedAt!.Value);
        Assert.Equal(Trust.Statements.ReceiptStatement.Encode(receipt), Trust.Statements.ReceiptStatement.Encode(rebuilt));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1")]
    public async Task Columns_that_are_something_else_are_refused(string terms)
    {
        await using var mesh = await TestMesh.OpenAsync();
        var row = mesh.Store.FindJob((await mesh.SubmitAsync()).Job!.Value)!;
        Assert.Throws<JsonException>(() => JobFacts.Decode(row with { Terms = System.Text.Encoding.UTF8.GetBytes(terms) }));
    }
}
