using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Crank.Core;
using Crank.Mesh.Path;

namespace Crank.Mesh.Rollouts;

/// <summary>The rules of a rollout: who gets the new version, and when its share grows or ends. Pure.</summary>
public static class RolloutRules
{
    /// <summary>How many slots there are: a share is a hundredth of them for each percent.</summary>
    public const int Slots = 10_000;

    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(30);

    /// <summary>
    /// Where a job falls: SHA-256 over the new version and what names the job. So the same job falls there again, a growing share keeps what it had, and the next rollout meets others.
    /// </summary>
    /// <param name="candidate">The new version.</param>
    /// <param name="tenant">Whose job.</param>
    /// <param name="key">The idempotency key, so that a repetition falls where the first did; without one the job's id.</param>
    public static int SlotOf(CapabilityVersion candidate, TenantId tenant, string key) =>
        (int)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{candidate}\n{tenant}\n{key}"))) % Slots);

    /// <summary>Whether a slot is the new version's at a percentage.</summary>
    public static bool IsCandidate(int slot, int weight) => slot < weight * (Slots / 100);

    /// <summary>
    /// Which share a job falls into. Null when the rollout has no say: the stable or the new version alone can stand in for what was asked, or one of them was asked for by its whole name.
    /// </summary>
    public static RolloutShare? ShareOf(Rollout rollout, SemanticVersion? asked, TenantId tenant, string key)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return asked is { } version && (version == rollout.Stable || version == rollout.Candidate || !rollout.Stable.Satisfies(version) || !rollout.Candidate.Satisfies(version))
            ? null
            : new(rollout.Stable, rollout.Candidate, rollout.Weight, SlotOf(new(rollout.Capability, rollout.Candidate), tenant, key), rollout.Since);
    }

    /// <summary>What is to become of the share of the new version.</summary>
    /// <param name="rollout">A rollout that runs.</param>
    /// <param name="stable">Figures of the stable version.</param>
    /// <param name="candidate">Figures of the new version since the step began.</param>
    /// <param name="now">The time.</param>
    public static RolloutVerdict Judge(Rollout rollout, RolloutFigures stable, RolloutFigures candidate, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(stable);
        ArgumentNullException.ThrowIfNull(candidate);
        var limits = rollout.Limits;
        if (limits.MaxErrorRate is { } rate && candidate.Errors > rate * Math.Max(candidate.Jobs, limits.MinJobs))
        {
            // Before there are enough jobs: even if all that is missing went well, it would be too many.
            return Back($"{candidate.Errors} of {candidate.Jobs} jobs failed; {Percent(rate)} may");
        }

        if (candidate.Jobs < limits.MinJobs)
        {
            return Stay($"{candidate.Jobs} of {limits.MinJobs} jobs have ended");
        }

        if (limits.MaxP95 is { } most && candidate.P95 > most)
        {
            return Back($"95 of 100 runs took up to {Text(candidate.P95)}; {Text(most)} is the limit");
        }

        if (limits.MaxP95Ratio is { } ratio && stable.P95 is { } usual)
        {
            if (stable.Jobs < limits.MinJobs)
            {
                // At the last step of a hundred percent there is nobody left to compare with, and it was compared at the steps before.
                if (rollout.Weight < 100)
                {
                    return Stay($"{stable.Jobs} of {limits.MinJobs} jobs of {rollout.Stable} have ended, to compare with");
                }
            }
            else if (candidate.P95!.Value.Time > usual.Time * ratio)
            {
                return Back(string.Create(CultureInfo.InvariantCulture, $"95 of 100 runs took up to {Text(candidate.P95)}; {ratio:0.##} times the {Text(usual)} of {rollout.Stable} is the limit"));
            }
        }

        return rollout.StepFor is not { } hold ? Stay("it keeps its limits")
            : now - rollout.Since < hold.Time ? Stay($"it keeps its limits; this step ends at {rollout.Since + hold.Time:u} at the soonest")
            : new(RolloutVerdict.Answer.Promote, $"{candidate.Errors} of {candidate.Jobs} jobs failed, 95 of 100 runs took up to {Text(candidate.P95)}");
    }

    /// <summary>What a rollout that somebody wants breaks of the rules; empty when it breaks none.</summary>
    public static ImmutableArray<InputFault> Faults(Rollout wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var faults = ImmutableArray.CreateBuilder<InputFault>();
        var limits = wanted.Limits;
        Hold(wanted.Stable != wanted.Candidate, "/candidate", "The new version is another than the stable one.");
        Hold(
            !wanted.Steps.IsDefaultOrEmpty && wanted.Steps.Length <= Rollout.MaxSteps && wanted.Steps.All(s => s is >= 1 and <= 100) && wanted.Steps.SequenceEqual(wanted.Steps.Distinct().Order()),
            "/steps", $"Steps are 1 to {Rollout.MaxSteps} whole percentages from 1 to 100, each more than the one before.");
        Hold(wanted.StepFor is null || (wanted.StepFor > Duration.Zero && wanted.StepFor.Value.Time <= s_longest), "/stepFor", "A step is held for more than nothing and 30 days at most.");
        Hold(limits.MaxErrorRate is not null || limits.MaxP95 is not null || limits.MaxP95Ratio is not null, "/limits", "At least one limit is set: maxErrorRate, maxP95 or maxP95Ratio.");
        Hold(limits.MaxErrorRate is null or (>= 0 and <= 1), "/limits/maxErrorRate", "A share of failed jobs is 0 to 1.");
        Hold(limits.MaxP95Ratio is null or (>= 1 and <= 1_000), "/limits/maxP95Ratio", "A multiple of what the stable version takes is 1 to 1,000.");
        Hold(limits.MinJobs is >= 1 and <= FigureWindow.MaxJobs, "/limits/minJobs", $"The number of jobs to judge by is 1 to {FigureWindow.MaxJobs}.");
        Hold(limits.Window.Time >= s_shortest && limits.Window.Time <= s_longest, "/limits/window", "A window is 10 seconds to 30 days.");
        return faults.ToImmutable();

        void Hold(bool rule, string pointer, string message)
        {
            if (!rule)
            {
                faults.Add(new(pointer, message));
            }
        }
    }

    /// <summary>True when a wish asks for what is in force already, wherever that stands.</summary>
    public static bool IsSame(Rollout inForce, Rollout wanted)
    {
        ArgumentNullException.ThrowIfNull(inForce);
        ArgumentNullException.ThrowIfNull(wanted);
        return inForce.State == RolloutState.Running && inForce.Steps.SequenceEqual(wanted.Steps)
            && inForce with { Steps = [], Step = 0, Since = default, History = [] } == wanted with { Steps = [], State = RolloutState.Running, Step = 0, Since = default, History = [] };
    }

    /// <summary>The rollout as a verdict leaves it.</summary>
    public static Rollout Apply(Rollout rollout, RolloutVerdict verdict, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict.Kind switch
        {
            RolloutVerdict.Answer.RollBack => With(rollout with { State = RolloutState.RolledBack, Since = now }, RolloutStep.RolledBack, verdict.Why, now),
            RolloutVerdict.Answer.Promote when rollout.IsLastStep => With(rollout with { State = RolloutState.Promoted, Since = now }, RolloutStep.Promoted, verdict.Why, now),
            RolloutVerdict.Answer.Promote => With(rollout with { Step = rollout.Step + 1, Since = now }, RolloutStep.Raised, verdict.Why, now),
            _ => rollout,
        };
    }

    /// <summary>The rollout with one more event.</summary>
    internal static Rollout With(Rollout rollout, RolloutStep what, string why, DateTimeOffset now) => rollout with
    {
        History = [.. rollout.History.Append(new(now, what, rollout.Weight, why)).TakeLast(Rollout.MaxHistory)],
    };

    private static RolloutVerdict Stay(string why) => new(RolloutVerdict.Answer.Hold, why);

    private static RolloutVerdict Back(string why) => new(RolloutVerdict.Answer.RollBack, why);

    private static string Text(Duration? took) => took is not { } time ? "no time"
        : time.Seconds >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.Seconds:0.##} s") : string.Create(CultureInfo.InvariantCulture, $"{time.Time.TotalMilliseconds:0.##} ms");

    private static string Percent(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.##} %");
}
