using System.Net;

namespace Crank.Gateway.Tests.Rest;

/// <summary>A body that announces its length, sends a part of it and then hangs until it is broken off.</summary>
internal sealed class TrickleContent(byte[] part, long announced) : HttpContent
{
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the part has left.</summary>
    public Task Sent => _sent.Task;

    public void Break() => _broken.TrySetException(new IOException("The connection broke."));

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(part);
        await stream.FlushAsync();
        _sent.TrySetResult();
        await _broken.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = announced;
        return true;
    }
}
