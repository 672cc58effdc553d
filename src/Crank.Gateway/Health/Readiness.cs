using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Registry;

namespace Crank.Gateway.Health;

/// <summary>Whether the mesh can do its work, found out by doing some: a small job down the whole path, receipt included, as the owner.</summary>
/// <remarks>One question runs at a time and its answer holds for a few seconds, so that those who ask often cost little and write little into the log.</remarks>
internal sealed class Readiness(GatewayParts parts)
{
    /// <summary>The capability that is run: it takes anything and gives it back.</summary>
    private static readonly CapabilityName s_probe = CapabilityName.Parse("echo");

    private static readonly TimeSpan s_holds = TimeSpan.FromSeconds(5);
    private static readonly Duration s_deadline = Duration.FromSeconds(10);
    private static readonly byte[] s_input = """{"message":"ready?"}"""u8.ToArray();

    private readonly Lock _gate = new();
    private (DateTimeOffset Until, Task<ReadyAnswer> Answer)? _last;

    /// <summary>Asks, or gives the answer that is on its way or still holds. Whoever asked may go away; the job is everybody's.</summary>
    public Task<ReadyAnswer> AskAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_last is not { } last || (last.Answer.IsCompleted && last.Until <= parts.Clock.GetUtcNow()))
            {
                _last = last = (parts.Clock.GetUtcNow() + s_holds, RunAsync());
            }

            return last.Answer.WaitAsync(cancellationToken);
        }
    }

    private async Task<ReadyAnswer> RunAsync()
    {
        if (parts.Controller.Catalogue.Find(s_probe, null) is null)
        {
            return new(false, null, $"The capability '{s_probe}', which the question runs, is not served here.");
        }

        var terms = Terms.Default with { Deadline = s_deadline };
        var report = await parts.Controller.SubmitAsync(
            new(TenantId.Owner, PrincipalId.Owner, s_probe, null, s_input, ImmutableDictionary<string, BlobSource>.Empty, terms, SelfJob.Key("ready", parts.Clock.GetUtcNow())), null, CancellationToken.None);
        return report.Refusal is { } refusal ? new(false, report.Job, $"{refusal.Code}: {refusal.Message}") : new(true, report.Job, null);
    }
}
