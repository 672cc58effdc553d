namespace Crank.Gateway.Hosting;

/// <summary>What a connection and a request may use before they are cut off.</summary>
public sealed record RequestLimits
{
    /// <summary>Most connections at once. Default 20,000; idle ones cost a few kilobytes each.</summary>
    public int Connections { get; init; } = 20_000;

    /// <summary>Requests at the same time on one HTTP/2 connection. Default 100.</summary>
    public int Streams { get; init; } = 100;

    /// <summary>Bytes of the request line. Default 8 KiB.</summary>
    public int RequestLine { get; init; } = 8 * 1024;

    /// <summary>Bytes of all header fields together. Default 32 KiB.</summary>
    public int Headers { get; init; } = 32 * 1024;

    /// <summary>Number of header fields. Default 100.</summary>
    public int HeaderFields { get; init; } = 100;

    /// <summary>How long the header fields may take to arrive. Default 10 s.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may stay idle between requests. Default 2 min.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Bytes per second below which a body that arrives, or an answer that is read, is cut off, after <see cref="DataRateGrace"/>. Default 240.</summary>
    public double MinDataRate { get; init; } = 240;

    /// <summary>How long a body may be slower than <see cref="MinDataRate"/>. Default 10 s.</summary>
    public TimeSpan DataRateGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of a JSON body. Default 1 MiB; more travels as a blob.</summary>
    public int JsonBody { get; init; } = 1024 * 1024;

    /// <summary>Levels of a JSON body. Default 64.</summary>
    public int JsonDepth { get; init; } = 64;

    /// <summary>Bytes of one blob; the blob store takes no more whatever stands here. Default 1 GiB.</summary>
    public long Blob { get; init; } = Storage.BlobLimits.Default.MaxBlobBytes;
}
