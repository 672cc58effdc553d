using System.Collections.Immutable;

namespace Crank.Gateway.Hosting;

/// <summary>Where a gateway listens.</summary>
public sealed record ListenOptions
{
    /// <summary>Addresses such as <c>http://127.0.0.1:8420</c>; port 0 takes a free one. Default loopback, port 8420.</summary>
    public ImmutableArray<Uri> Addresses { get; init; } = [new("http://127.0.0.1:8420")];

    /// <summary>Whether plain HTTP beyond this machine is meant: something in front speaks TLS. From the configuration; alone it allows nothing. Default false.</summary>
    public bool Plaintext { get; init; }

    /// <summary>The same, said a second time: on the command line or in the environment. Default false.</summary>
    public bool PlaintextConfirmed { get; init; }

    /// <summary>The Unix socket that serves the owner of the data folder without a key; null for none. Its folder is the owner's alone.</summary>
    public string? OwnerSocket { get; init; }
}
