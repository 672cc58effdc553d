using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh.Path;

/// <summary>An admitted job that the policy allows, with the constraints it adds.</summary>
public sealed class AuthorizedJob
{
    private const int MaxDepth = 64;

    private AuthorizedJob(AdmittedJob admitted, Decision decision, ReadOnlyMemory<byte> input, ImmutableDictionary<string, AdmittedBlob> blobs) =>
        (Admitted, Decision, Input, Blobs) = (admitted, decision, input, blobs);

    /// <summary>The job.</summary>
    public AdmittedJob Admitted { get; }

    /// <summary>The answer of the policy.</summary>
    public Decision Decision { get; }

    /// <summary>The input that workers see: the admitted one without what the decision takes out.</summary>
    public ReadOnlyMemory<byte> Input { get; }

    /// <summary>The blobs that workers see, by the member that holds them.</summary>
    public ImmutableDictionary<string, AdmittedBlob> Blobs { get; }

    /// <summary>Asks the policy. The weakest isolation that the operator allows holds whatever the policy says.</summary>
    /// <param name="job">The job.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="facts">What the gate knows besides the job.</param>
    /// <param name="id">Names the decision.</param>
    /// <param name="now">The time of the question.</param>
    /// <param name="isStarting">True when a queued job starts.</param>
    /// <param name="cancellationToken">Ends the question early, which refuses.</param>
    /// <returns>The step, and the answer, also when it is a refusal.</returns>
    internal static async ValueTask<(Step<AuthorizedJob> Step, Decision Decision)> AuthorizeAsync(
        AdmittedJob job, IPolicy policy, GateFacts facts, DecisionId id, DateTimeOffset now, bool isStarting, CancellationToken cancellationToken)
    {
        using var step = PathStep.Begin("authorize");
        if (facts.Lockdown is { } lockdown)
        {
            var locked = lockdown.Decide(id);
            facts.Overruled?.Invoke(locked);
            return (lockdown.Refusal, locked);
        }

        var question = new PolicyQuestion(
            id, job.Tenant, job.Principal, job.Roles, facts.Membership.Tenant, facts.Membership.Principal, job.Entry.Capability.Id, job.Terms, job.InputBytes, job.Parent, isStarting, now,
            facts.MinIsolation)
        {
            Currency = facts.Currency,
            Offers = facts.Offers,
        };
        var decision = await AskAsync(policy, question, cancellationToken);
        var (input, blobs) = (job.Input, job.Blobs);
        if (decision.Allowed && decision.Constraints.Redact is { Input.IsDefaultOrEmpty: false } redact && Redact(job, redact.Input, out input, out blobs) is { } unfit)
        {
            decision = decision with { Allowed = false, Rule = GateRules.Redaction, Why = unfit, Constraints = Constraints.None };
            facts.Overruled?.Invoke(decision);
        }

        decision = decision with { Denied = [] };
        if (!decision.Allowed)
        {
            return (new Refusal(RefusalKind.Policy, RefusalCodes.Forbidden, $"Refused by rule {decision.Rule} of policy {decision.Bundle}: {decision.Why}"), decision);
        }

        var isolation = (IsolationLevel)Math.Max((int)(decision.Constraints.MinIsolation ?? IsolationLevel.None), (int)facts.MinIsolation);
        decision = decision with { Constraints = decision.Constraints with { MinIsolation = isolation } };
        return (new AuthorizedJob(job, decision, input, blobs), decision);
    }

    /// <summary>A policy with a defect allows nothing.</summary>
    private static async ValueTask<Decision> AskAsync(IPolicy policy, PolicyQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            var decision = await policy.DecideAsync(question, cancellationToken);
            return decision.Id == question.Id ? decision : decision with { Id = question.Id };
        }
        catch (Exception e)
        {
            return new(question.Id, false, GateRules.Failed, policy.GetType().Name, $"The policy could not decide: {e.Message}", Constraints.None);
        }
    }

    /// <summary>Takes out of the input what the decision names.</summary>
    /// <returns>Null; or why what is left cannot be run.</returns>
    private static string? Redact(AdmittedJob job, ImmutableArray<string> pointers, out ReadOnlyMemory<byte> input, out ImmutableDictionary<string, AdmittedBlob> blobs)
    {
        (input, blobs) = (job.Input, job.Blobs);
        using var whole = JsonDocument.Parse(job.Input, new JsonDocumentOptions { MaxDepth = MaxDepth });
        try
        {
            foreach (var pointer in pointers)
            {
                if (JsonPointer.TryParse(pointer, out var parsed) && parsed.Parts.Length > 0 && blobs.ContainsKey(parsed.Parts[0]))
                {
                    if (parsed.Parts.Length > 1)
                    {
                        return $"The decision takes '{pointer}' out of a file, which can be taken out as a whole only.";
                    }

                    blobs = blobs.Remove(parsed.Parts[0]);
                }
            }

            input = Redactor.Without(whole.RootElement, pointers);
        }
        catch (FormatException e)
        {
            return e.Message;
        }

        using var left = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return job.Entry.Input.IsValid(left.RootElement)
            ? null
            : $"Without what the decision takes out, the input does not fit {job.Entry.Capability.Id}: {job.Entry.Input.Validate(left.RootElement).Errors[0].Message}";
    }
}
