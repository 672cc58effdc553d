namespace Crank.Gateway.Quotas;

/// <summary>What the buckets say of one request.</summary>
/// <param name="Allowed">Whether it may go on.</param>
/// <param name="Policy">The limits in force, for <c>RateLimit-Policy</c>; empty for none.</param>
/// <param name="State">The limit that is nearest to its end, for <c>RateLimit</c>; empty for none.</param>
/// <param name="RetryAfter">When the same request would be allowed, if nobody else used the tokens meanwhile; zero when it is allowed.</param>
/// <param name="Limit">The limit that refused it, for people; empty when it is allowed.</param>
internal readonly record struct QuotaVerdict(bool Allowed, string Policy, string State, TimeSpan RetryAfter, string Limit);
