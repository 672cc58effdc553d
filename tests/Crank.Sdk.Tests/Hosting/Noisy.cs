namespace Crank.Sdk.Tests.Hosting;

public sealed record Nothing;

public sealed record Hearing(string Heard);

[Capability("test.noisy", "1.0.0")]
[Price("job", 0)]
internal sealed class Noisy : Capability<Nothing, Hearing>
{
    public override Task<Hearing> RunAsync(Nothing input, JobContext job, CancellationToken cancellationToken)
    {
        Console.WriteLine("noise");
        return Task.FromResult(new Hearing(Console.In.ReadLine() ?? "nothing"));
    }
}
