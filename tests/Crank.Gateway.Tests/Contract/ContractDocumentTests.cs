using System.Net;
using System.Text.Json.Nodes;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Crank.Gateway.Tests.Contract;

public sealed class ContractDocumentTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_contract_is_served_to_everybody_and_only_once()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var first = await gateway.Anonymous.GetAsync("/openapi/v1.json", Stop);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.StartsWith("3.1", (string)JsonNode.Parse(await first.Content.ReadAsStringAsync(Stop))!["openapi"]!, StringComparison.Ordinal);

        using var again = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await gateway.Anonymous.SendAsync(again, Stop);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public void An_operation_has_its_path_method_scope_parameters_and_problems()
    {
        var document = Describe(routes => routes.MapPost("/v1/things/{id:int}", () => "").RequireScope(Scopes.JobsWrite).Describe(new("makeThing", ContractTags.Jobs, "Make a thing")
        {
            Parameters = [Parameter.Path("id", "Which.", """{"type":"integer"}""", "7")],
            Body = [Content.Json("""{"type":"object"}""", "{}")],
            Answers = [new(201, "Made.", Content.Json("""{"type":"string"}""")) { Headers = [new("Location", "Where it is.")] }],
            Problems = [ProblemCodes.Conflict],
        }));

        var operation = document["paths"]!["/v1/things/{id}"]!["post"]!.AsObject();
        Assert.Equal("makeThing", (string)operation["operationId"]!);
        Assert.Equal("jobs:write", (string)operation["security"]![0]!["bearer"]![0]!);
        Assert.Equal(7, (int)operation["parameters"]![0]!["example"]!);
        Assert.Equal(["201", "400", "401", "403", "408", "409", "413", "415", "429", "431", "500", "503"], operation["responses"]!.AsObject().Select(a => a.Key));
        Assert.Equal("#/components/schemas/Problem", (string)operation["responses"]!["409"]!["content"]!["application/problem+json"]!["schema"]!["$ref"]!);
    }

    [Fact]
    public void An_endpoint_that_nobody_described_is_named() =>
        Assert.Contains("/v1/silent", Assert.Throws<ContractException>(() => Describe(r => r.MapGet("/v1/silent", () => ""))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_part_of_the_route_that_is_not_described_is_named() =>
        Assert.Contains("id", Assert.Throws<ContractException>(() => Describe(r => r.MapGet("/v1/{id}", () => "").Describe(Plain("one")))).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_operations_of_one_name_are_named() =>
        Assert.Contains("one", Assert.Throws<ContractException>(() => Describe(r =>
        {
            r.MapGet("/a", () => "").Describe(Plain("one"));
            r.MapGet("/b", () => "").Describe(Plain("one"));
        })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_schema_that_is_not_there_is_named() =>
        Assert.Contains("Nothing.json", Assert.Throws<ContractException>(() => Describe(r => r.MapGet("/a", () => "").Describe(Plain("one") with
        {
            Answers = [new(200, "Yes.", Content.Json("Nothing"))],
        }))).Message, StringComparison.Ordinal);

    private static Operation Plain(string id) => new(id, ContractTags.Jobs, "A thing") { Answers = [new(204, "Done.")] };

    private static JsonObject Describe(Action<IEndpointRouteBuilder> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        map(app);
        return ContractDocument.Build(((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>());
    }
}
