using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Doc.Capabilities;
using Crank.Node.Workers;

namespace Crank.Conformance.Docs;

/// <summary>
/// The product's own worker, <c>crank worker doc</c>, inside all walls. It is one process for the whole suite: nothing but its death replaces it.
/// </summary>
internal sealed class DocsHostileWorker : IAsyncDisposable
{
    private static readonly Dictionary<string, Capability> _capabilities =
        DocService.Create().Capabilities.ToDictionary(c => c.Descriptor.Id.Name.Value, c => c.Descriptor, StringComparer.Ordinal);

    private readonly WorkerPool _pool = new(
        new WorkerProgram("doc", Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "crank.exe" : "crank"), ["worker", "doc"]),
        new WorkerSettings { MaxWorkers = 1, MaxExclusiveJobs = int.MaxValue, CpuSeconds = 7200, RecycleAboveBytes = long.MaxValue },
        TimeProvider.System);

    /// <summary>The worker's process id; null between a death and the next call.</summary>
    public int? ProcessId => _pool.ProcessIds is [var id, ..] ? id : null;

    public bool HasChildren => ProcessId is { } id && Directory.Exists($"/proc/{id}/task")
        && Directory.GetDirectories($"/proc/{id}/task").Any(t => File.Exists($"{t}/children") && File.ReadAllText($"{t}/children").Trim().Length > 0);

    public async Task<string> IsolationAsync(CancellationToken cancellationToken)
    {
        await _pool.DescribeAsync(cancellationToken);
        return _pool.Isolation?.ToString() ?? "none";
    }

    /// <summary>Asks every capability about one document; conversion to each format.</summary>
    public async Task<DocsHostileReply> AskAsync(string file, CancellationToken cancellationToken)
    {
        var content = await File.ReadAllBytesAsync(file, cancellationToken);
        var document = new { digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content)), length = content.Length, name = Path.GetFileName(file) };
        var reply = new DocsHostileReply("ok", null, [], null, [], new HashSet<string>(), TimeSpan.Zero, 0);
        foreach (var (name, input) in new (string, object)[]
        {
            ("doc.detect", new { document }),
            ("doc.info", new { document }),
            ("doc.convert", new { document, to = "text" }),
            ("doc.convert", new { document, to = "markdown" }),
            ("doc.convert", new { document, to = "html" }),
        })
        {
            reply = await CallAsync(reply, _capabilities[name], input, document.digest, content, cancellationToken);
            if (reply.Killed is not null)
            {
                break;
            }
        }

        return reply.Code == "ok" ? reply : reply with { Outputs = [] };
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private async Task<DocsHostileReply> CallAsync(DocsHostileReply reply, Capability capability, object input, string digest, byte[] content, CancellationToken cancellationToken)
    {
        string? made = null;
        var result = await _pool.RunAsync(
            new WorkerJob
            {
                Capability = capability.Id,
                Input = JsonSerializer.SerializeToUtf8Bytes(input),
                Blobs = [new(digest, content.Length, _ => ValueTask.FromResult<Stream>(new MemoryStream(content)))],
                Deadline = capability.Limits.Deadline.Time,
                MaxOutputBytes = capability.Limits.Output.Value,
                Concurrent = capability.Concurrent,
                ReceiveBlob = async (blob, token) =>
                {
                    using var reader = new StreamReader(blob.Content, Encoding.UTF8);
                    made = await reader.ReadToEndAsync(token);
                },
            },
            cancellationToken);
        return result switch
        {
            WorkerResult.Done done => Answered(Measured(reply, done.Usage), done.Output, made),
            WorkerResult.Failed failed => Measured(reply, failed.Usage) with { Code = reply.Code == "ok" ? failed.Code : reply.Code, Messages = [.. reply.Messages, failed.Message] },
            WorkerResult.Killed killed => Measured(reply, killed.Usage) with { Killed = $"{capability.Id}: {killed.Reason}: {killed.Message}" },
            _ => reply with { Killed = $"{capability.Id}: {result.GetType().Name}" },
        };
    }

    private static DocsHostileReply Measured(DocsHostileReply reply, WorkerUsage usage) => reply with
    {
        Slowest = usage.Wall.Time is var wall && wall > reply.Slowest ? wall : reply.Slowest,
        PeakBytes = Math.Max(reply.PeakBytes, usage.PeakMemory.Value),
    };

    private static DocsHostileReply Answered(DocsHostileReply reply, ReadOnlyMemory<byte> json, string? made)
    {
        using var output = JsonDocument.Parse(json);
        var root = output.RootElement;
        return reply with
        {
            Messages = [.. reply.Messages, root.ToString()],
            Format = root.TryGetProperty("type", out var type) ? type.GetString() : reply.Format,
            Outputs = made is null ? reply.Outputs : [.. reply.Outputs, made],
            Findings = root.TryGetProperty("findings", out var findings)
                ? reply.Findings.Union(findings.EnumerateArray().Select(f => f.GetProperty("kind").GetString()!)).ToHashSet()
                : reply.Findings,
        };
    }
}
