using System.Net;
using System.Net.Sockets;

namespace Crank.HostileWorker;

internal static class Network
{
    public static string Connect(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, port);
            return "OK";
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return "refused";
        }
    }
}
