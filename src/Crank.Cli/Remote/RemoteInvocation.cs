using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Data;
using Crank.Cli.Invoke;
using Crank.Cli.Receipts;
using Crank.Cli.Terminal;
using Crank.Core;

namespace Crank.Cli.Remote;

/// <summary><c>crank invoke</c> against a running mesh: the same words and answers, the job runs there.</summary>
internal sealed class RemoteInvocation(MeshClient mesh, InvokeOptions options, ParseResult parsed, Answer answer)
{
    private const int CopyBuffer = 128 * 1024;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var capability = CapabilityReader.Read(await mesh.GetAsync($"/v1/capabilities/{Uri.EscapeDataString(options.Capability(parsed))}", cancellationToken));
        var terms = options.Terms(parsed, capability.Price.Currency);
        await using var spool = Spool.In(DataFolder.Locate(GlobalOptions.Data(parsed)));
        var input = await InputReader.ReadAsync(capability, options.In(parsed), options.Parameters(parsed), spool, cancellationToken);
        using var request = Request(capability, input, terms);
        if (options.Async(parsed))
        {
            request.Headers.Add("Prefer", "respond-async");
            return Queued(await mesh.JsonAsync(request, cancellationToken));
        }

        var done = await DoneAsync(request, cancellationToken);
        var job = done.GetProperty("job").GetString()!;
        var (receipt, file) = await mesh.ReceiptAsync(job, cancellationToken);
        if (options.Receipt(parsed) is { } path)
        {
            await System.IO.File.WriteAllBytesAsync(path, file, cancellationToken);
        }

        await WriteAsync(capability, done, receipt, cancellationToken);
        return ExitCode.Done;
    }

    private async Task<JsonElement> DoneAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await mesh.JsonAsync(request, cancellationToken);
        }
        catch (CliException e) when (e.Job is { } job && options.Receipt(parsed) is { } path)
        {
            // A refusal has a receipt too, and who asked for it gets it.
            var (_, file) = await mesh.ReceiptAsync(job, cancellationToken);
            await System.IO.File.WriteAllBytesAsync(path, file, cancellationToken);
            throw;
        }
    }

    /// <summary>A file goes as the body with the other members in the query; everything else as JSON.</summary>
    private HttpRequestMessage Request(Capability capability, InvocationInput input, Terms terms)
    {
        // As it was asked for: which version that is, the mesh says, by what is offered and rolled out there.
        var path = $"/v1/capabilities/{Uri.EscapeDataString(options.Capability(parsed))}/invoke";
        HttpRequestMessage request;
        if (input.Blobs.Values.SingleOrDefault() is { } file)
        {
            request = new(HttpMethod.Post, path + Query(input.Json)) { Content = new StreamContent(file.Open(), CopyBuffer) };
            request.Content.Headers.ContentType = new("application/octet-stream");
            request.Content.Headers.ContentLength = file.Length;
            if (file.Name is { } name)
            {
                request.Content.Headers.ContentDisposition = new("attachment") { FileNameStar = name };
            }

            AddTerms(request.Headers, terms);
        }
        else
        {
            var body = new JsonObject { ["input"] = JsonNode.Parse(input.Json.Span), ["terms"] = TermsJson(terms) };
            request = new(HttpMethod.Post, path) { Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
        }

        request.Headers.Accept.Add(new("application/json"));
        if (options.Key(parsed) is { } key)
        {
            request.Headers.Add("Idempotency-Key", $"\"{key.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"");
        }

        if (Environment.GetEnvironmentVariable("TRACEPARENT") is { Length: > 0 } trace)
        {
            request.Headers.TryAddWithoutValidation("traceparent", trace);
        }

        return request;
    }

    private static string Query(ReadOnlyMemory<byte> json)
    {
        using var members = JsonDocument.Parse(json);
        var query = string.Join('&', members.RootElement.EnumerateObject().Select(m =>
            $"{Uri.EscapeDataString(m.Name)}={Uri.EscapeDataString(m.Value.ValueKind == JsonValueKind.String ? m.Value.GetString()! : m.Value.GetRawText())}"));
        return query.Length == 0 ? "" : "?" + query;
    }

    private static IEnumerable<(string Member, string Field, string Text)> Said(Terms terms)
    {
        yield return ("prefer", "Crank-Prefer", terms.Prefer.ToString());
        if (terms.Budget is { } budget)
        {
            yield return ("budget", "Crank-Budget", budget.ToString());
        }

        if (terms.Deadline is { } deadline)
        {
            yield return ("deadline", "Crank-Deadline", deadline.ToString());
        }

        if (!terms.Zones.IsEmpty)
        {
            yield return ("zones", "Crank-Zones", string.Join(',', terms.Zones));
        }

        if (terms.MinIsolation is { } isolation)
        {
            yield return ("isolation", "Crank-Isolation", Summary.Name(isolation));
        }
    }

    private static void AddTerms(HttpRequestHeaders headers, Terms terms)
    {
        foreach (var (_, field, text) in Said(terms))
        {
            headers.Add(field, text);
        }
    }

    private static JsonObject TermsJson(Terms terms)
    {
        var json = new JsonObject();
        foreach (var (member, _, text) in Said(terms))
        {
            json[member] = member == "zones" ? new JsonArray([.. text.Split(',').Select(z => (JsonNode)z)]) : text;
        }

        return json;
    }

    private int Queued(JsonElement queued)
    {
        var job = queued.GetProperty("job").GetString();
        answer.Write(() => JsonNode.Parse(queued.GetRawText())!, output => output.WriteLine(job));
        if (!answer.Json)
        {
            answer.People.WriteLine($"accepted: the job is on disk. 'crank jobs wait {job}' waits for its end.");
        }

        return ExitCode.Done;
    }

    private async Task WriteAsync(Capability capability, JsonElement done, Receipt receipt, CancellationToken cancellationToken)
    {
        var job = JobId.Parse(done.GetProperty("job").GetString()!);
        await RemoteResult.WriteAsync(mesh, capability.BlobOutput, done, options.Out(parsed), answer, ReceiptJson.Of(receipt), options.Receipt(parsed), cancellationToken);
        if (!answer.Json)
        {
            Summary.Write(answer.People, job, receipt, options.Receipt(parsed), done.GetProperty("repeated").GetBoolean());
            Summary.WriteRest(answer.People, done.GetProperty("output"), capability.BlobOutput);
        }
    }
}
