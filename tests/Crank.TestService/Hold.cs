using System.Globalization;
using Crank.Sdk;

namespace Crank.TestService;

/// <summary>Runs until it is let go.</summary>
[Capability("test.hold", "1.0.0", Concurrent = true, Idempotent = true)]
[Limits(Deadline = "10m")]
[Price("job", micros: 100)]
public sealed class Hold : Capability<HoldInput, HoldOutput>
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public override async Task<HoldOutput> RunAsync(HoldInput input, JobContext job, CancellationToken cancellationToken)
    {
        if (input.File is { } file)
        {
            await File.WriteAllTextAsync(file + ".part", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), cancellationToken);
            File.Move(file + ".part", file + ".pid", overwrite: true);
            using var look = new PeriodicTimer(s_look);
            while (!File.Exists(file))
            {
                await look.WaitForNextTickAsync(cancellationToken);
            }
        }

        return new HoldOutput(Environment.ProcessId);
    }
}
