using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Records;
using Crank.Storage;

namespace Crank.Mesh.Govern;

/// <summary>The exceptions of a mesh, in memory; a change is durable first and then counts from that instant on. Safe for many threads.</summary>
public sealed class ExemptionBook
{
    /// <summary>How many there may be that are not over.</summary>
    public const int Most = 1_000;

    private const int Page = 1_000;

    private readonly RecordBook _records;
    private readonly TimeProvider _clock;
    private readonly IdSource _ids;
    private ImmutableArray<Exemption> _all = [];

    internal ExemptionBook(RecordBook records, TimeProvider clock, IdSource ids)
    {
        (_records, _clock, _ids) = (records, clock, ids);
        var read = ImmutableArray.CreateBuilder<Exemption>();
        IReadOnlyList<RecordRow> rows = [];
        do
        {
            TenantScoped<string>? after = rows.Count == 0 ? null : new(rows[^1].Tenant, rows[^1].Id);
            rows = records.List(Exemption.Kind, TenantId.Owner, after, Page);
            read.AddRange(rows.Select(Exemption.Of).OfType<Exemption>());
        }
        while (rows.Count == Page);
        _all = read.ToImmutable();
    }

    /// <summary>Every one that is kept, those that are over included, oldest first.</summary>
    public ImmutableArray<Exemption> All => _all;

    /// <summary>Those that are not over.</summary>
    public ImmutableArray<Exemption> Live
    {
        get
        {
            var now = _clock.GetUtcNow();
            return [.. _all.Where(e => now < e.Until)];
        }
    }

    /// <summary>Adds one.</summary>
    /// <param name="exemption">What it says; its id and its time are made here.</param>
    /// <returns>As it was stored.</returns>
    /// <exception cref="ArgumentException">It cannot be made; the message says why.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task<Exemption> AddAsync(Exemption exemption)
    {
        ArgumentNullException.ThrowIfNull(exemption);
        if (Fault(exemption, _clock.GetUtcNow()) is { } fault)
        {
            throw new ArgumentException(fault);
        }

        var made = exemption with { Id = _ids.Next(), MadeAt = _clock.GetUtcNow() };
        await _records.PutAsync(made.ToRow());
        ImmutableInterlocked.Update(ref _all, all => all.Add(made));
        return made;
    }

    /// <summary>Removes one: it has no effect from this answer on.</summary>
    /// <returns>False when there is none of that id.</returns>
    /// <exception cref="StoreException">The store cannot be written; it is no longer in effect here all the same.</exception>
    public async Task<bool> RemoveAsync(SortableId id)
    {
        if (_all.FirstOrDefault(e => e.Id == id) is not { } found)
        {
            return false;
        }

        ImmutableInterlocked.Update(ref _all, all => all.Remove(found));
        if (_records.Find(Exemption.Kind, TenantId.Owner, id.ToString()) is { } row)
        {
            await _records.RemoveAsync(Exemption.Kind, TenantId.Owner, row.Id, row.Version);
        }

        return true;
    }

    /// <summary>What is wrong with an exception that is about to be made; null for nothing.</summary>
    public string? Fault(Exemption exemption, DateTimeOffset now) => exemption switch
    {
        _ when string.IsNullOrWhiteSpace(exemption.Rule) || exemption.Rule.Length > Exemption.MaxText || exemption.Rule.Any(char.IsControl) => $"A rule has 1 to {Exemption.MaxText} characters on one line.",
        _ when !Exemption.MayExcept(exemption.Rule) => $"The rule '{exemption.Rule}' is the mesh's own, or says that the policy made an error: it has no exceptions.",
        _ when string.IsNullOrWhiteSpace(exemption.Reason) || exemption.Reason.Length > Exemption.MaxText || exemption.Reason.Any(char.IsControl) => $"A reason has 1 to {Exemption.MaxText} characters on one line.",
        _ when exemption.Until <= now => $"Its end, {exemption.Until:u}, has passed.",
        _ when exemption.Until > now + Exemption.Longest => $"Its end, {exemption.Until:u}, is more than {Exemption.Longest.TotalDays:0} days ahead.",
        _ when Live.Length >= Most => $"There are {Most} exceptions, which is as many as there may be; write a rule instead.",
        _ => null,
    };

    /// <summary>The exceptions that stand against every one of some rules for a question; empty when one of them has none.</summary>
    internal ImmutableArray<Exemption> Covering(ImmutableArray<string> rules, PolicyQuestion question)
    {
        var all = _all;
        if (all.IsEmpty)
        {
            return [];
        }

        var covering = ImmutableArray.CreateBuilder<Exemption>();
        foreach (var rule in rules)
        {
            if (!Exemption.MayExcept(rule) || all.FirstOrDefault(e => e.Covers(rule, question)) is not { } exemption)
            {
                return [];
            }

            covering.Add(exemption);
        }

        return covering.ToImmutable();
    }
}
