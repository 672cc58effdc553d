using System.Security.Cryptography;
using Crank.Core;

namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>Another OPA beside the mesh's own policies, as the operator configured it: it decides jobs in their place, or is compared with them.</summary>
public sealed class OtherOpa : IAsyncDisposable
{
    private readonly OpaClient _client;
    private readonly OpaShadow? _shadow;

    private OtherOpa(IPolicy own, OpaSettings settings, OpaClient client)
    {
        (Settings, _client) = (settings, client);
        _shadow = settings.Mode == OpaMode.Shadow ? new(own, client, settings, d => Disagreed?.Invoke(d)) : null;
        Policy = _shadow ?? (IPolicy)new OpaPolicy(client, d => Decided?.Invoke(d));
    }

    /// <summary>Told of every disagreement, on a thread of its own; it must not wait. Null for nobody.</summary>
    public Action<OpaDisagreement>? Disagreed { get; set; }

    /// <summary>Told of every decision of its own, when it decides; it must not wait. Null for nobody.</summary>
    public Action<Decision>? Decided { get; set; }

    /// <summary>Where it is, and what it is for.</summary>
    public OpaSettings Settings { get; }

    /// <summary>The gate that results.</summary>
    public IPolicy Policy { get; }

    /// <summary>How often it agreed; null when it decides.</summary>
    public OpaCounts? Counts => _shadow?.Counts;

    /// <summary>Puts another OPA beside, or in the place of, a gate. Null when the settings name none.</summary>
    /// <param name="own">The mesh's own gate.</param>
    /// <param name="settings">Where the other is.</param>
    /// <param name="clock">The clock behind its time limit.</param>
    /// <exception cref="ArgumentException">The settings do not hold; the message says all that is wrong with them.</exception>
    public static OtherOpa? Beside(IPolicy own, OpaSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Url is null)
        {
            return null;
        }

        if (settings.Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join('\n', faults), nameof(settings));
        }

        try
        {
            return new(own, settings, new OpaClient(settings, clock));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"policy.opa.authority: '{settings.Authority}' cannot be used: {e.Message}", nameof(settings), e);
        }
    }

    /// <summary>Stops to ask. What still waits to be compared is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_shadow is not null)
        {
            await _shadow.DisposeAsync();
        }

        _client.Dispose();
    }
}
