using System.Security.Cryptography.X509Certificates;

namespace Crank.Trust.Certificates;

/// <summary>
/// The certificate that a server shows now. It is made anew when two thirds of its life have passed, at the handshake that finds it so: without a timer and
/// without a restart. Safe for many threads.
/// </summary>
/// <param name="authority">Who signs.</param>
/// <param name="request">What the certificates say.</param>
/// <param name="clock">The time.</param>
public sealed class LeafKeeper(DevelopmentAuthority authority, LeafRequest request, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private volatile Held? _held;

    /// <summary>The certificate with its key. Connections that began with an earlier one keep it until they close.</summary>
    public X509Certificate2 Current()
    {
        var now = clock.GetUtcNow();
        if (_held is { } held && held.IsGood(now))
        {
            return held.Certificate;
        }

        lock (_lock)
        {
            if (_held is not { } other || !other.IsGood(now))
            {
                _held = new Held(authority.Issue(request, now), now, now + (request.Lifetime * (2.0 / 3)));
            }

            return _held.Certificate;
        }
    }

    private sealed record Held(X509Certificate2 Certificate, DateTimeOffset From, DateTimeOffset RenewAt)
    {
        /// <summary>A clock set back before its beginning also asks for a new one.</summary>
        public bool IsGood(DateTimeOffset now) => now >= From && now < RenewAt;
    }
}
