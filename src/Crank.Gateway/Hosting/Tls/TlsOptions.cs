using System.Collections.Immutable;

namespace Crank.Gateway.Hosting.Tls;

/// <summary>What an operator decides about TLS, which every <c>https</c> address of <see cref="ListenOptions"/> speaks.</summary>
public sealed record TlsOptions
{
    /// <summary>PEM file of the server's certificate and its chain; null for one of the mesh's development authority. Read again when it changes.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of its private key, the owner's alone.</summary>
    public string? Key { get; init; }

    /// <summary>DNS names for a certificate of the development authority, beside <c>localhost</c>, the machine's name and the addresses listened on. Default none.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>How long a certificate of the development authority is good; it is renewed after two thirds of it. Default 1 day.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Whether TLS 1.2 is spoken too, for clients that know no newer one. Default false.</summary>
    public bool AllowTls12 { get; init; }
}
