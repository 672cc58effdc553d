using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Crank.Cli.Data;
using Crank.Cli.Up;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Trust.Verify;

namespace Crank.Cli.Remote;

/// <summary>Talks to a running mesh: the one at <c>--mesh</c>, else the one that runs on the data folder, by its owner's socket.</summary>
internal sealed class MeshClient : IDisposable
{
    private const int MaxAnswer = 64 * 1024 * 1024;

    private readonly HttpClient _http;

    private MeshClient(HttpClient http, string name) => (_http, Name) = (http, name);

    /// <summary>What people call it: its address, or the data folder.</summary>
    public string Name { get; }

    /// <summary>The mesh to ask; null when none is named and none runs on the data folder.</summary>
    public static async Task<MeshClient?> FindAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (RemoteOptions.Address(parsed) is { } address)
        {
            return At(address);
        }

        var folder = DataFolder.Locate(GlobalOptions.Data(parsed));
        var path = OwnerSocket.Of(folder);
        if (await OwnerSocket.TryConnectAsync(path, cancellationToken) is not { } socket)
        {
            return null;
        }

        // The connection that found it is the first one used.
        Socket? first = socket;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) => new NetworkStream(
                Interlocked.Exchange(ref first, null) ?? await OwnerSocket.TryConnectAsync(path, token) ?? throw new SocketException((int)SocketError.ConnectionRefused), ownsSocket: true),
        };
        return new(new(handler) { BaseAddress = new("http://crank.local"), Timeout = Timeout.InfiniteTimeSpan }, folder);
    }

    /// <summary>The mesh to ask.</summary>
    /// <exception cref="CliException">None is named and none runs.</exception>
    public static async Task<MeshClient> RunningAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        await FindAsync(parsed, cancellationToken)
        ?? throw new CliException(ExitCode.NotFoundOrConflict, "No mesh runs on this data folder.", "Start one with 'crank up', or name one with --mesh.", FailureCodes.Unreachable);

    private static MeshClient At(Uri address)
    {
        var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (Environment.GetEnvironmentVariable("CRANK_KEY") is { Length: > 0 } key)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Trim());
        }

        return new(http, address.ToString().TrimEnd('/'));
    }

    /// <summary>Sends a request; what is not a success is thrown as what a local command would say.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new CliException(
                ExitCode.NotFoundOrConflict, $"The mesh at {Name} cannot be reached: {(e.InnerException ?? e).Message}", "Start one with 'crank up', or check the address.", FailureCodes.Unreachable);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await FailureAsync(response, cancellationToken);
        }
    }

    /// <summary>A JSON answer.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await JsonAsync(request, cancellationToken);
    }

    /// <summary>A JSON answer to any request; undefined when it has no body.</summary>
    public async Task<JsonElement> JsonAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        var bytes = await BytesAsync(response.Content, cancellationToken);
        return bytes.Length == 0 ? default : JsonElement.Parse(bytes);
    }

    /// <summary>Every item of a list, page by page, as far as it is read.</summary>
    public async IAsyncEnumerable<JsonElement> ListAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await GetAsync(cursor is null ? path : $"{path}{(path.Contains('?') ? '&' : '?')}cursor={Uri.EscapeDataString(cursor)}", cancellationToken);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                yield return item;
            }

            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
    }

    /// <summary>The receipt of a job, and the file that it came in.</summary>
    public async Task<(Receipt Receipt, byte[] File)> ReceiptAsync(string job, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{job}/receipt");
        using var response = await SendAsync(request, cancellationToken);
        var file = await BytesAsync(response.Content, cancellationToken);
        return ReceiptFile.TryReadUnverified(file, out var receipt, out var why)
            ? (receipt, file)
            : throw new CliException(ExitCode.InternalError, $"The mesh at {Name} answered with something that is no receipt: {why}");
    }

    public void Dispose() => _http.Dispose();

    private static async Task<byte[]> BytesAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await content.LoadIntoBufferAsync(MaxAnswer, cancellationToken);
        return await content.ReadAsByteArrayAsync(cancellationToken);
    }

    private async Task<CliException> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await BytesAsync(response.Content, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return new(ExitOf(response.StatusCode, ""), $"The mesh at {Name} answered {(int)response.StatusCode} {response.ReasonPhrase}.", "Check that this is the address of a mesh.");
        }

        var problem = JsonElement.Parse(body);
        var code = Text(problem, "code") ?? "";
        var hint = response.StatusCode == HttpStatusCode.Unauthorized ? "Put a key that the mesh knows into CRANK_KEY; 'crank keys create' makes one there." : Text(problem, "try") ?? "";
        return new(ExitOf(response.StatusCode, code), Text(problem, "detail") ?? code, hint, code, Text(problem, "job"));
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>The exit code of an answer: a refusal of the path has the one that it has here too.</summary>
    private static int ExitOf(HttpStatusCode status, string code) => (int)status switch
    {
        401 => ExitCode.NotAuthenticated,
        403 => ExitCode.RefusedByPolicy,
        402 or 429 => ExitCode.NoFunds,
        400 or 413 or 415 or 416 or 422 => ExitCode.BadInput,
        404 => ExitCode.NotFoundOrConflict,
        409 when code == RefusalCodes.Cancelled.Value => ExitCode.Interrupted,
        409 => ExitCode.NotFoundOrConflict,
        410 => ExitCode.Unknown,
        412 => ExitCode.NoOffer,
        504 => ExitCode.Deadline,
        503 when code == RefusalCodes.StorageFailed.Value => ExitCode.DataFolderUnusable,
        503 => ExitCode.NoOffer,
        500 when code == RefusalCodes.OutcomeUnknown.Value => ExitCode.Unknown,
        _ when code.Length > 0 => ExitCode.NotDone,
        _ => ExitCode.InternalError,
    };
}
