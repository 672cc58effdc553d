using System.Reflection;
using System.Text.Json.Nodes;
using Crank.Gateway.Tests.Peers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace Crank.Gateway.Tests.Contract;

/// <summary>The contract as others' tools see it.</summary>
public sealed class ClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_public_linter_finds_no_error()
    {
        var (folder, contract) = await ContractFileAsync();

        var (exit, output, errors) = await NodePeers.StartAsync(folder, "node", ["lint.mjs", contract]);

        Assert.True(exit == 0, output + errors);
    }

    [Fact]
    public async Task A_generated_client_for_TypeScript_compiles_and_is_answered()
    {
        var (folder, contract) = await ContractFileAsync();
        await using var gateway = await TestGateway.StartAsync();

        var answer = await NodePeers.RunAsync("typescript.mjs", new { contract, address = gateway.Address.AbsoluteUri.TrimEnd('/') });

        Assert.Equal("ok\n", answer.GetProperty("health").GetString());
        Assert.Equal("unauthenticated", answer.GetProperty("code").GetString());
        Assert.Empty(answer.GetProperty("compiler").GetString()!);
    }

    [Fact]
    public async Task A_generated_client_for_CSharp_compiles_and_is_answered()
    {
        await using var gateway = await TestGateway.StartAsync();
        var contract = JsonNode.Parse(await gateway.Anonymous.GetStringAsync("/openapi/v1.json", Stop))!;

        // The generator knows OpenAPI 3.0, which has no certificates; a client gets its certificate from its handler anyway.
        Assert.True(contract["components"]!["securitySchemes"]!.AsObject().Remove("certificate"));
        var document = await OpenApiDocument.FromJsonAsync(contract.ToJsonString(), Stop);
        var code = new CSharpClientGenerator(document, new()
        {
            ClassName = "CrankClient",
            CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = NJsonSchema.CodeGeneration.CSharp.CSharpJsonLibrary.SystemTextJson },
        }).GenerateFile();

        var client = Compile(code).GetType("Generated.CrankClient")!;
        using var http = new HttpClient { BaseAddress = gateway.Address };
        var instance = Activator.CreateInstance(client, http) ?? throw new InvalidOperationException("There is no client.");
        client.GetProperty("BaseUrl")?.SetValue(instance, gateway.Address.AbsoluteUri);
        var call = (Task)client.GetMethod("GetContractAsync", [typeof(string)])!.Invoke(instance, [null])!;
        await call;

        Assert.Contains(client.GetMethods(), m => m.Name == "InvokeCapabilityAsync");
    }

    private static Assembly Compile(string code)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(f => Path.GetFileName(f).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(f) is "netstandard.dll" or "mscorlib.dll")
            .Select(f => MetadataReference.CreateFromFile(f));
        var compilation = CSharpCompilation.Create(
            "Generated", [CSharpSyntaxTree.ParseText(code, cancellationToken: Stop)], references, new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Disable));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly, cancellationToken: Stop);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(10)));
        return Assembly.Load(assembly.ToArray());
    }

    /// <summary>The committed contract, which another test holds against the served one.</summary>
    private static async Task<(string Folder, string Contract)> ContractFileAsync() => (await NodePeers.FolderAsync(), Repository.File("docs", "openapi", "v1.json"));
}
