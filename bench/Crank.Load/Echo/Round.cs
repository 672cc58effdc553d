namespace Crank.Load.Echo;

/// <summary>What one round of one cell measured.</summary>
/// <param name="PerSecond">Jobs a second.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="ControllerCpu">Microseconds a job, in this process: controller and load generator.</param>
/// <param name="WorkerCpu">Microseconds a job, in the worker process.</param>
/// <param name="Allocated">Bytes a job, in this process.</param>
/// <param name="Cores">CPU time by wall time, both processes.</param>
internal sealed record Round(double PerSecond, double P50, double P99, double ControllerCpu, double WorkerCpu, double Allocated, double Cores);
