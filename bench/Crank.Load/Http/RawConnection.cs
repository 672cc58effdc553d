using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Crank.Load.Http;

/// <summary>One HTTP/1.1 connection that costs little: the request is sent as it is, of the answer only the status and the length are looked at.</summary>
internal sealed class RawConnection : IDisposable
{
    private const int LargestHead = 16 * 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer;

    private RawConnection(int buffer) => _buffer = GC.AllocateUninitializedArray<byte>(buffer);

    /// <summary>Connects.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="buffer">Bytes of its buffer, which the head of an answer must fit.</param>
    public static async Task<RawConnection> OpenAsync(IPEndPoint server, int buffer = LargestHead)
    {
        var connection = new RawConnection(buffer);
        try
        {
            await connection._socket.ConnectAsync(server);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Where a server listens.</summary>
    public static IPEndPoint Server(Uri address) => new(IPAddress.Parse(address.Host), address.Port);

    /// <summary>Writes a request down.</summary>
    public static byte[] Request(Uri target, string key, ReadOnlySpan<byte> body)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{(body.IsEmpty ? "GET" : "POST")} {target.PathAndQuery} HTTP/1.1\r\nHost: {target.Authority}\r\nAuthorization: Bearer {key}\r\n{(body.IsEmpty ? "" : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n")}\r\n"));
        return [.. head, .. body];
    }

    /// <summary>Sends a request and takes the whole answer.</summary>
    /// <returns>The status.</returns>
    /// <exception cref="IOException">The server closed the connection, or answered in a way that is not looked at here.</exception>
    public async ValueTask<int> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        while (!request.IsEmpty)
        {
            request = request[await _socket.SendAsync(request)..];
        }

        var (filled, end) = (0, -1);
        while (end < 0)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
            filled += read > 0 ? read : throw new IOException("The server closed the connection.");
            end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        }

        var (status, length) = Read(_buffer.AsSpan(0, end + 2));
        for (var left = length - (filled - end - 4); left > 0;)
        {
            var read = await _socket.ReceiveAsync(_buffer);
            left -= read > 0 ? read : throw new IOException("The server closed the connection.");
        }

        return status;
    }

    /// <summary>True once the server has closed it.</summary>
    public bool IsClosed => _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;

    public void Dispose() => _socket.Dispose();

    private static (int Status, int Length) Read(ReadOnlySpan<byte> head)
    {
        var field = "\r\nContent-Length: "u8;
        var at = head.IndexOf(field);
        var value = at < 0 ? default : head[(at + field.Length)..];
        return at >= 0 && int.TryParse(value[..value.IndexOf((byte)'\r')], CultureInfo.InvariantCulture, out var length)
            && int.TryParse(head[9..12], CultureInfo.InvariantCulture, out var status)
            ? (status, length)
            : throw new IOException($"No length in the answer: {Encoding.ASCII.GetString(head)}");
    }
}
