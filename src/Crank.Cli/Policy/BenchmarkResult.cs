namespace Crank.Cli.Policy;

/// <summary>What was measured.</summary>
/// <param name="Samples">How many answers.</param>
/// <param name="Nanoseconds">Time of one on the clock, on average.</param>
/// <param name="ProcessorNanoseconds">Processor time of the whole process for one, on average: what is left when the machine does other work.</param>
/// <param name="Bytes">Memory that one takes, on average.</param>
/// <param name="Percentiles">How long the fast and the slow ones take.</param>
internal sealed record BenchmarkResult(int Samples, double Nanoseconds, double ProcessorNanoseconds, double Bytes, IReadOnlyList<(string Name, long Nanoseconds)> Percentiles);
