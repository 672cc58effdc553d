using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Loading;
using Crank.Mesh.Records;
using Crank.Storage;

namespace Crank.Mesh.Govern;

/// <summary>Puts sets beside the one in force, and the shadow in its place. Safe for many threads.</summary>
public sealed class ShadowDesk : IAsyncDisposable
{
    private readonly PolicyWatch _files;
    private readonly RecordBook _records;
    private readonly TimeProvider _clock;
    private readonly ShadowBook _book;
    private readonly Lock _gate = new();
    private PolicySettings? _settings;

    /// <summary>Begins without a shadow.</summary>
    /// <param name="files">The set in force and its files.</param>
    /// <param name="records">Where is kept what was put in force.</param>
    /// <param name="clock">The time.</param>
    public ShadowDesk(PolicyWatch files, RecordBook records, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(files);
        (_files, _records, _clock) = (files, records, clock);
        _book = new(files.Book, clock);
    }

    /// <summary>Told of every answer of the shadow, for a log; it must not wait and not throw.</summary>
    public Action<PolicyAsked>? Answered
    {
        get => _book.Answered;
        set => _book.Answered = value;
    }

    /// <summary>What the shadow has come to; null when there is none.</summary>
    public ShadowStatus? Status => _book.Status;

    /// <summary>The settings that hold: those of the configuration, unless a shadow was put in force while it named the same place.</summary>
    public PolicySettings Effective(PolicySettings configured)
    {
        ArgumentNullException.ThrowIfNull(configured);
        return EnforcedPolicies.Of(Stored()) is { } enforced && enforced.Instead == configured.Origin
            ? configured with { Folder = enforced.Folder, Bundle = enforced.Bundle }
            : configured;
    }

    /// <summary>Puts what the configuration names in force and beside it: the set that was put in force from a shadow, when it still holds, and the shadow.</summary>
    /// <exception cref="PolicyLoadException">One of them is wrong.</exception>
    public void Begin(PolicySettings configured)
    {
        ArgumentNullException.ThrowIfNull(configured);
        var effective = Effective(configured);
        if (effective != configured && _files.Reload(effective).Failure is { } failure)
        {
            throw new PolicyLoadException(failure.Message);
        }

        if (configured.Shadow is { } path)
        {
            Put(path);
        }
    }

    /// <summary>Reads a set and puts it beside the one in force. Reading it again takes another call.</summary>
    /// <param name="path">A folder, or a bundle. When a key must have signed the set in force, it must have signed this one too.</param>
    /// <exception cref="PolicyLoadException">It is wrong; the shadow before stays.</exception>
    public ShadowStatus Put(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(full) && !File.Exists(full))
        {
            throw new PolicyLoadException($"There is neither a folder nor a bundle '{path}'.");
        }

        var settings = _files.Settings with { Folder = Directory.Exists(full) ? full : null, Bundle = Directory.Exists(full) ? null : full };
        var set = Load(settings);
        lock (_gate)
        {
            _settings = settings;
            _book.Put(set);
            return _book.Status!;
        }
    }

    /// <summary>Asks no shadow any more.</summary>
    /// <returns>False when there was none.</returns>
    public bool Off()
    {
        lock (_gate)
        {
            _settings = null;
            return _book.Off();
        }
    }

    /// <summary>Puts the shadow in force, here and over restarts, and watches its files from then on.</summary>
    /// <param name="by">Who orders it.</param>
    /// <param name="configured">What the configuration names now, in words.</param>
    /// <returns>The set in force; null when there is no shadow.</returns>
    /// <exception cref="PolicyLoadException">Its files are not those any more that were compared, or are wrong: the set in force stays.</exception>
    /// <exception cref="StoreException">It could not be written down; the set in force stays.</exception>
    public async Task<PolicyInForce?> EnforceAsync(PrincipalId by, string configured)
    {
        var (settings, compared) = (_settings, _book.Status?.Set);
        if (settings is null || compared is null)
        {
            return null;
        }

        if (Load(settings).Digest != compared.Digest)
        {
            throw new PolicyLoadException($"The files of {settings.Origin} have changed since they were put beside the set in force. Put them there again, look at what they answer, and then decide.");
        }

        var enforced = new EnforcedPolicies(settings.Folder, settings.Bundle, configured, by, _clock.GetUtcNow());
        await _records.PutAsync(enforced.ToRow((Stored()?.Version ?? 0) + 1));
        _files.Put(settings, compared);
        Off();
        return _files.Book.Current;
    }

    /// <summary>Ends the asking once everything that waits was asked.</summary>
    public ValueTask DisposeAsync() => _book.DisposeAsync();

    private PolicyInForce Load(PolicySettings settings) => PolicyLoader.Load(settings, DefaultPolicies.Load(_clock), _clock);

    private RecordRow? Stored() => _records.Find(EnforcedPolicies.Kind, TenantId.Owner, "mesh");
}
