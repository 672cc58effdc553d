namespace Crank.Gateway.Tests;

/// <summary>Tests that count what the whole process does, beside which nothing else runs.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
