using System.Threading.Channels;
using Crank.Core;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>
/// Asks another OPA what it would have decided, off the path of jobs: a decision of the mesh is put into a queue of bounded size and answered to the job at once. Counts where the other
/// disagrees, fails, or could not be asked.
/// </summary>
internal sealed class OpaShadow : IPolicy, IAsyncDisposable
{
    private const string Mode = "shadow";

    private readonly IPolicy _own;
    private readonly OpaClient _client;
    private readonly Action<OpaDisagreement> _heard;
    private readonly Channel<(PolicyQuestion Question, Decision Decision)> _waiting;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _asking;
    private readonly long[] _counts = new long[Enum.GetValues<OpaOutcome>().Length];

    /// <param name="own">What decides.</param>
    /// <param name="client">Whom to ask.</param>
    /// <param name="settings">How many may wait, and are asked at once.</param>
    /// <param name="heard">Told of every disagreement, on a thread of its own.</param>
    public OpaShadow(IPolicy own, OpaClient client, OpaSettings settings, Action<OpaDisagreement> heard)
    {
        (_own, _client, _heard) = (own, client, heard);
        _waiting = Channel.CreateBounded<(PolicyQuestion, Decision)>(new BoundedChannelOptions(Math.Max(1, settings.Waiting)) { FullMode = BoundedChannelFullMode.Wait });
        _asking = [.. Enumerable.Range(0, Math.Max(1, settings.AtOnce)).Select(_ => Task.Run(AskAsync))];
    }

    /// <summary>What came of it so far.</summary>
    public OpaCounts Counts => new(
        Count(OpaOutcome.Agreed), Count(OpaOutcome.OtherDecision), Count(OpaOutcome.OtherConstraints), Count(OpaOutcome.Failed), Count(OpaOutcome.Dropped));

    /// <inheritdoc />
    public async ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken)
    {
        var decision = await _own.DecideAsync(question, cancellationToken);
        if (!_waiting.Writer.TryWrite((question, decision)))
        {
            Add(OpaOutcome.Dropped);
        }

        return decision;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stop.CancelAsync();
        await Task.WhenAll(_asking);
        _stop.Dispose();
    }

    private async Task AskAsync()
    {
        try
        {
            await foreach (var (question, own) in _waiting.Reader.ReadAllAsync(_stop.Token))
            {
                await CompareAsync(question, own);
            }
        }
        catch (OperationCanceledException)
        {
            // The mesh stops; what still waits is compared by nobody.
        }
    }

    private async Task CompareAsync(PolicyQuestion question, Decision own)
    {
        try
        {
            var input = PolicyInput.Of(question);
            var reply = await _client.AskAsync(input, _stop.Token);
            if (reply.Fault is not null and not OpaRules.Undefined)
            {
                Add(OpaOutcome.Failed);
                return;
            }

            var other = OpaJudge.Judge(question, input, reply);
            var outcome = OpaJudge.Compare(own, other);
            Add(outcome);
            if (outcome != OpaOutcome.Agreed)
            {
                _heard(new(question.Id, own.Allowed, own.Rule, other.Allowed, other.Rule));
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Who compares must outlive one question that nobody thought of.
            Add(OpaOutcome.Failed);
        }
    }

    private long Count(OpaOutcome outcome) => Interlocked.Read(ref _counts[(int)outcome]);

    private void Add(OpaOutcome outcome)
    {
        Interlocked.Increment(ref _counts[(int)outcome]);
        MeshTelemetry.OtherOpa.Add(1, new("crank.policy.mode", Mode), new("crank.policy.outcome", outcome switch
        {
            OpaOutcome.Agreed => "agreed",
            OpaOutcome.OtherDecision => "other-decision",
            OpaOutcome.OtherConstraints => "other-constraints",
            OpaOutcome.Failed => "failed",
            _ => "dropped",
        }));
    }
}
