using Crank.Core;
using Crank.Mesh.Rollouts;

namespace Crank.Mesh.Path;

/// <summary>What was asked of a job, as its row keeps it.</summary>
/// <param name="Terms">The terms.</param>
/// <param name="Ceiling">What was to be held; for a queued job what it was promised to cost at most.</param>
/// <param name="Salt">32 bytes that keep the digests on the receipt from being guessed; never leave the data folder.</param>
/// <param name="Input">SHA-256 of the input, which names its blobs by their digests.</param>
/// <param name="TraceParent">W3C Trace Context; null for none.</param>
/// <param name="Promise">What it was promised; null for a job that runs at once.</param>
/// <param name="Purse">The purse that it is held in, besides the account; null for none.</param>
/// <param name="Share">Which share of a rollout chose its version; null when none had a say.</param>
internal sealed record AskedTerms(Terms Terms, Money Ceiling, byte[] Salt, Digest Input, string? TraceParent, Promised? Promise = null, string? Purse = null, RolloutShare? Share = null);
