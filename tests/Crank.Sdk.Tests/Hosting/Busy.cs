namespace Crank.Sdk.Tests.Hosting;

/// <summary>Spins, with a thread to itself, until it is told to stop.</summary>
[Capability("test.busy", "1.0.0")]
[DeclaredError("never", "Not thrown.")]
[Price("second", 1)]
internal sealed class Busy : Capability<Nothing, Hearing>
{
    public override Task<Hearing> RunAsync(Nothing input, JobContext job, CancellationToken cancellationToken)
    {
        job.Report(0);
        while (!cancellationToken.IsCancellationRequested) Thread.SpinWait(100);
        throw new OperationCanceledException(cancellationToken);
    }
}
