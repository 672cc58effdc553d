namespace Crank.Gateway.Webhooks;

/// <summary>What became of one attempt.</summary>
/// <param name="Delivered">It was answered with success.</param>
/// <param name="Gone">The receiver wants no more, ever.</param>
/// <param name="RetryAfter">How long it asked to wait; null when it did not say.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
internal readonly record struct SendAnswer(bool Delivered, bool Gone, TimeSpan? RetryAfter, string? Error);
