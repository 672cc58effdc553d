using System.Net.Sockets;
using System.Text;

namespace Crank.Gateway.Tests.Hosting;

/// <summary>Speaks over a bare socket, so that a test can say what no HTTP library would.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly TcpClient _client;

    private RawClient(TcpClient client) => _client = client;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<RawClient> ConnectAsync(TestGateway gateway, int receiveBuffer = 0)
    {
        var client = new TcpClient();
        if (receiveBuffer > 0)
        {
            client.ReceiveBufferSize = receiveBuffer;
        }

        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Stop);
        return new(client);
    }

    /// <summary>Sends a text, one byte a character; a connection that is closed meanwhile is no fault.</summary>
    public async Task SendAsync(string text)
    {
        try
        {
            await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), Stop);
        }
        catch (IOException)
        {
            // It was refused before all was sent.
        }
    }

    /// <summary>Reads until the server closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var (text, buffer) = (new StringBuilder(), new byte[64 * 1024]);
        try
        {
            int read;
            while ((read = await _client.GetStream().ReadAsync(buffer, Stop).AsTask().WaitAsync(s_patience, Stop)) > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        return text.ToString();
    }

    /// <summary>Reads until the text was seen.</summary>
    public async Task ReadUntilAsync(string expected)
    {
        var (text, buffer) = (new StringBuilder(), new byte[1024]);
        while (!text.ToString().Contains(expected, StringComparison.Ordinal))
        {
            var read = await _client.GetStream().ReadAsync(buffer, Stop).AsTask().WaitAsync(s_patience, Stop);
            Assert.True(read > 0, text.ToString());
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    /// <summary>Breaks the connection without a word.</summary>
    public void Break() => _client.Client.Close(timeout: 0);

    public void Dispose() => _client.Dispose();
}
