using Crank.Cli.Terminal;
using Crank.Mesh.Authorize.Elsewhere;

namespace Crank.Cli.Up;

/// <summary>Says where another OPA would have decided otherwise: the first hundred times each, then every thousandth, so that two policies far apart do not fill the log.</summary>
internal sealed class Disagreements(Answer answer)
{
    private const long Each = 100;
    private const long Then = 1_000;

    private long _count;

    public void Say(OpaDisagreement disagreement)
    {
        var count = Interlocked.Increment(ref _count);
        if (count > Each && count % Then != 0)
        {
            return;
        }

        answer.Note(
            $"decision {disagreement.Decision}: {(disagreement.Allowed ? "allowed" : "denied")} here by {disagreement.Rule}, the other OPA {(disagreement.OtherAllows ? "allows" : "denies")} it by {disagreement.OtherRule} (disagreement {count}{(count >= Each ? $"; from here on every {Then:N0}th is told" : "")}).");
    }
}
