using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Place;
using Crank.Mesh.Registry;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh;

/// <summary>Takes requests down the first steps of the path, which write nothing, and signs what they refuse.</summary>
internal sealed class Intake(Bench bench)
{
    /// <summary>Admits, authorizes and places a request, and looks whether its key is known.</summary>
    /// <param name="request">The request.</param>
    /// <param name="book">What may run it.</param>
    /// <param name="isQueued">True for a job that runs later: its blobs are kept, and what is decided now is its promise.</param>
    /// <param name="cancellationToken">Gives it up while its files are still being read.</param>
    public async Task<Prepared> PrepareAsync(JobRequest request, OfferBook book, bool isQueued, CancellationToken cancellationToken)
    {
        var (parts, settings) = (bench.Parts, bench.Settings);
        var salt = parts.Salt();
        var job = new JobId(parts.Ids.Next());
        var (choice, share) = VersionChoice.Choose(request, bench.Rollouts.Find(request.Capability), job, book.Current, parts.Clock.GetUtcNow());
        if (!choice.Taken(out var entry, out var refusal))
        {
            return Prepared.Answered(new(null, refusal, null, null, false));
        }

        var admit = await AdmittedJob.AdmitAsync(request, entry, job, parts.Clock, isQueued ? parts.Blobs : null, cancellationToken);
        if (!admit.Taken(out var admitted, out refusal))
        {
            return Prepared.Answered(await RefuseAsync(UnadmittedFacts(request, salt), request, entry.Capability.Id, null, refusal));
        }

        var facts = new JobFacts(new(admitted.Terms, Money.Zero(settings.Currency), salt, Digest.Of(admitted.Input.Span), admitted.TraceParent, Share: share), null, null);
        var membership = Membership.Of(parts.Store, admitted.Tenant, admitted.Principal);
        // Read anew: admission may have read a large file meanwhile.
        var offers = book.Current;
        var (authorize, decision) = await AuthorizedJob.AuthorizeAsync(
            admitted, bench.Policy, new(membership, offers.Offers, settings.Currency, settings.MinIsolation) { Lockdown = bench.Lockdown(), Overruled = parts.Overruled }, new(parts.Ids.Next()),
            admitted.AcceptedAt, isStarting: false, cancellationToken);
        if (!authorize.Taken(out var authorized, out refusal))
        {
            return Prepared.Answered(await RefuseAsync(facts with { Decision = decision }, request, admitted, null, refusal));
        }

        facts = facts with { Decision = decision };
        if (FindFirst(admitted) is { } known)
        {
            // What the key stands for does not depend on who offers what now.
            return known.Request == admitted.RequestDigest
                ? Prepared.Repeats(known.Job)
                : Prepared.Answered(await RefuseAsync(facts, request, admitted, null, FundedJob.KeyTaken(known.Job)));
        }

        if (!PlacedJob.Place(authorized, offers, settings.Currency, admitted.AcceptedAt).Taken(out var placed, out refusal))
        {
            return Prepared.Answered(await RefuseAsync(facts, request, admitted, offers.Row, refusal));
        }

        var promise = isQueued ? new Promised(decision, null) : null;
        facts = facts with { Plan = placed.Plan, Asked = facts.Asked with { Ceiling = placed.Ceiling, Promise = promise, Purse = request.Purse?.Id } };
        return new(placed, facts, Payer.Of(admitted.Tenant, membership.Tenant, settings) with { Purse = request.Purse }, offers, null, null);
    }

    /// <summary>Signs a refusal of an admitted job and writes it, in one commit.</summary>
    public Task<JobReport> RefuseAsync(JobFacts facts, JobRequest request, AdmittedJob admitted, SnapshotRow? snapshot, Refusal refusal) =>
        RefuseAsync(facts, request, admitted.Entry.Capability.Id, snapshot, refusal, admitted);

    /// <summary>What a failed commit means for whoever asked.</summary>
    public static Refusal StorageRefusal(StoreException e) => e is StoreFullException or StoreConflictException
        ? new(RefusalKind.Storage, RefusalCodes.StorageFailed, e.Message, "Free some room, then run it again: nothing was charged.")
        : new(
            RefusalKind.Unknown, RefusalCodes.StorageFailed, e.Message,
            "Nobody knows whether the last step was written: start again on the same data folder and ask by the job's id or its key. Do not run it under another key.");

    private KeyRow? FindFirst(AdmittedJob job) =>
        job.Key is { } key && bench.Parts.Store.FindKey(new(job.Tenant, key)) is { } known && known.ExpiresAt > job.AcceptedAt ? known : null;

    private JobFacts UnadmittedFacts(JobRequest request, byte[] salt) =>
        new(new(request.Terms, Money.Zero(bench.Settings.Currency), salt, Digest.Of(request.Input.Span), TraceParent.Read(request.TraceParent)), null, null);

    private async Task<JobReport> RefuseAsync(
        JobFacts facts, JobRequest request, CapabilityVersion capability, SnapshotRow? snapshot, Refusal refusal, AdmittedJob? admitted = null)
    {
        // Nothing was promised to a job that was not accepted.
        var asked = facts.Asked with { Ceiling = Money.Zero(bench.Settings.Currency), Promise = null, Purse = null };
        var now = bench.Parts.Clock.GetUtcNow();
        var job = RefusedJob.Of(
            admitted?.Id ?? new(bench.Parts.Ids.Next()), request, capability, admitted?.RequestDigest ?? facts.Asked.Input, facts with { Asked = asked },
            refusal, snapshot, admitted?.AcceptedAt ?? now);
        var issued = await IssuedReceipt.RefuseAsync(job, bench.Notary, bench.Journal, now);
        bench.Telemetry.Record(issued.Receipt, bench.Parts.Offers.Catalogue, SelfJob.Is(request));
        return new(job.Row.Id, refusal, null, issued.Receipt, false);
    }
}
