using Crank.Carbon;
using Crank.Core;

namespace Crank.Mesh.Run;

/// <summary>What an attempt used, as the node measured it from outside the worker.</summary>
/// <param name="Worker">The worker; null when none started.</param>
/// <param name="Isolation">What was proved in it.</param>
/// <param name="Wall">Wall time.</param>
/// <param name="Cpu">CPU time.</param>
/// <param name="PeakMemory">Largest resident size seen.</param>
/// <param name="Energy">What the node's meter read; null when nothing ran.</param>
public sealed record WorkerUsage(WorkerId? Worker, Isolation Isolation, Duration Wall, Duration Cpu, ByteCount PeakMemory, EnergyReading? Energy);
