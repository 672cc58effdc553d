using Crank.Mesh.Rollouts;
using Microsoft.Extensions.Logging;

namespace Crank.Gateway.Rest.Rollouts;

/// <summary>Writes what happens to rollouts into the log: a roll-back as a warning.</summary>
internal sealed partial class RolloutLog : IDisposable
{
    private readonly RolloutBook _book;
    private readonly ILogger _log;

    public RolloutLog(RolloutBook book, ILogger log)
    {
        (_book, _log) = (book, log);
        _book.Happened += Write;
    }

    public void Dispose() => _book.Happened -= Write;

    private void Write(Rollout rollout, RolloutEvent happened)
    {
        if (happened.What == RolloutStep.RolledBack)
        {
            RolledBack(_log, rollout.Capability.Value, rollout.Candidate.ToString(), rollout.Stable.ToString(), happened.Why);
        }
        else
        {
            Happened(_log, rollout.Capability.Value, rollout.Candidate.ToString(), happened.What, happened.Weight, happened.Why);
        }
    }

    [LoggerMessage(30, LogLevel.Warning, "{Capability} {Candidate} was rolled back to {Stable}: {Why}.")]
    private static partial void RolledBack(ILogger log, string capability, string candidate, string stable, string why);

    [LoggerMessage(31, LogLevel.Information, "Rollout of {Capability} {Candidate}: {What}, {Weight} %: {Why}.")]
    private static partial void Happened(ILogger log, string capability, string candidate, RolloutStep what, int weight, string why);
}
