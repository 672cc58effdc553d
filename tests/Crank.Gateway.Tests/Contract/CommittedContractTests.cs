using System.Text.Json.Nodes;
using Crank.Gateway.Contract;

namespace Crank.Gateway.Tests.Contract;

public sealed class CommittedContractTests
{
    /// <summary>Set to write the copy anew.</summary>
    private const string Update = "CRANK_UPDATE_CONTRACT";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_committed_contract_is_the_one_that_is_served()
    {
        await using var gateway = await TestGateway.StartAsync();
        var served = Lines(JsonNode.Parse(await gateway.Anonymous.GetStringAsync("/openapi/v1.json", Stop))!);
        var file = Repository.File("docs", "openapi", "v1.json");
        if (Environment.GetEnvironmentVariable(Update) is { Length: > 0 })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, served, Stop);
        }

        var committed = File.Exists(file) ? await File.ReadAllTextAsync(file, Stop) : "";
        var (left, right) = (committed.Split('\n'), served.Split('\n'));
        var first = Enumerable.Range(0, Math.Max(left.Length, right.Length)).FirstOrDefault(i => left.ElementAtOrDefault(i) != right.ElementAtOrDefault(i), -1);
        Assert.True(
            first < 0,
            $"docs/openapi/v1.json is not what is served, from line {first + 1}: '{left.ElementAtOrDefault(first)?.Trim()}' is committed, '{right.ElementAtOrDefault(first)?.Trim()}' is served. " +
            $"When the change is meant, run: {Update}=1 dotnet run --project tests/Crank.Gateway.Tests -c Release -- --filter-class {typeof(CommittedContractTests)}");
    }

    [Fact]
    public async Task Every_shared_schema_is_used_and_every_reference_holds()
    {
        await using var gateway = await TestGateway.StartAsync();
        var text = await gateway.Anonymous.GetStringAsync("/openapi/v1.json", Stop);

        var used = text.Split("\"$ref\":\"" + ContractSchemas.Pointer)[1..].Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(ContractSchemas.All.Keys.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Examples_fit_their_schemas()
    {
        await using var gateway = await TestGateway.StartAsync();
        var api = await ContractApi.ReadAsync(gateway.Anonymous, Stop);

        var wrong = from operation in api.Operations
                    from content in operation.Contents
                    where content.Example is not null
                    let error = content.Schema.Error(content.Example!.Value)
                    where error is not null
                    select $"{operation.Id} {content.Where}: {error}";
        Assert.Empty(wrong);
    }

    private static string Lines(JsonNode document) =>
        document.ToJsonString(new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
}
