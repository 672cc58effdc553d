using System.Threading.Channels;
using Crank.Mesh.Run;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Crank.Gateway.Mcp;

/// <summary>Tells a client how far a job is: in order, only upwards, none after the answer; a slow client misses steps rather than holding the worker up.</summary>
internal sealed class McpProgress : IProgress<JobProgress>, IAsyncDisposable
{
    private readonly Channel<JobProgress> _steps = Channel.CreateBounded<JobProgress>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Task _pump;

    private McpProgress(McpServer server, ProgressToken token, CancellationToken cancellationToken) => _pump = PumpAsync(server, token, cancellationToken);

    /// <summary>Null when the client asked for none.</summary>
    public static McpProgress? For(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken) =>
        request.Params?.ProgressToken is { } token ? new(request.Server, token, cancellationToken) : null;

    public void Report(JobProgress value) => _steps.Writer.TryWrite(value);

    public async ValueTask DisposeAsync()
    {
        _steps.Writer.TryComplete();
        await _pump;
    }

    private async Task PumpAsync(McpServer server, ProgressToken token, CancellationToken cancellationToken)
    {
        var last = -1.0;
        try
        {
            await foreach (var step in _steps.Reader.ReadAllAsync(cancellationToken))
            {
                if (step.Share > last)
                {
                    last = step.Share;
                    await server.NotifyProgressAsync(token, new() { Progress = (float)step.Share, Total = 1, Message = step.Note }, cancellationToken: cancellationToken);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody listens any more; the job's own end tells the rest.
        }
    }
}
