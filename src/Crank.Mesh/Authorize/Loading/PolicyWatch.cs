using System.IO.Enumeration;

namespace Crank.Mesh.Authorize.Loading;

/// <summary>
/// Keeps the policies in force in step with their files: told by the file system, and by a look at names, sizes and times every few seconds, for file systems that tell
/// nothing. A set that is wrong is never put in force; the last good one stays, and the error can be seen.
/// </summary>
public sealed class PolicyWatch : IDisposable
{
    /// <summary>How long files must be quiet before they are read: an editor writes more than once.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(3);

    private const int MaxEntries = 10_000;

    private readonly PolicyInForce _standard;
    private readonly TimeProvider _clock;
    private readonly Lock _loading = new();
    private PolicySettings _settings;
    private FileSystemWatcher? _watcher;
    private ITimer? _soon;
    private ITimer? _looking;
    private (long, long)? _seen;
    private bool _disposed;

    private PolicyWatch(PolicySettings settings, PolicyInForce standard, PolicyInForce first, (long, long)? seen, TimeProvider clock)
    {
        (_settings, _standard, _seen, _clock) = (settings, standard, seen, clock);
        Book = new(first, clock);
    }

    /// <summary>The set in force.</summary>
    public PolicyBook Book { get; }

    /// <summary>Where it comes from.</summary>
    public PolicySettings Settings => _settings;

    /// <summary>Told of every change, and of every set that was not taken, when nobody asked for it.</summary>
    public Action<PolicyReload>? Reloaded { get; set; }

    /// <summary>Loads the policies that settings name.</summary>
    /// <exception cref="PolicyLoadException">They cannot be put in force.</exception>
    public static PolicyWatch Open(PolicySettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var standard = DefaultPolicies.Load(clock);
        var seen = Look(settings);
        return new(settings, standard, PolicyLoader.Load(settings, standard, clock), seen, clock);
    }

    /// <summary>Begins to watch the files, unless the settings say not to.</summary>
    public void Start()
    {
        lock (_loading)
        {
            Watch();
        }
    }

    /// <summary>Reads the policies again, now.</summary>
    public PolicyReload Reload() => Reload(_settings);

    /// <summary>Reads the policies that other settings name; when they cannot be put in force, the settings before stay too.</summary>
    public PolicyReload Reload(PolicySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        lock (_loading)
        {
            var seen = Look(settings);
            try
            {
                var next = PolicyLoader.Load(settings, _standard, _clock);
                var moved = settings != _settings;
                (_seen, _settings) = (seen, settings);
                if (moved && _looking is not null)
                {
                    Watch();
                }

                var changed = next.Digest != Book.Current.Digest || next.Revision != Book.Current.Revision || next.Origin != Book.Current.Origin;
                if (changed)
                {
                    Book.Put(next);
                }
                else
                {
                    Book.Fail(null);
                }

                return new(changed, Book.Current, null);
            }
            catch (PolicyLoadException e)
            {
                _seen = settings == _settings ? seen : _seen;
                var failure = new PolicyFailure(settings.Origin, e.Message, _clock.GetUtcNow());
                Book.Fail(failure);
                return new(false, Book.Current, failure);
            }
        }
    }

    /// <summary>Puts a set in force that was loaded from other settings already, that very set and not what their files say by now, and follows those files from then on.</summary>
    public void Put(PolicySettings settings, PolicyInForce set)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(set);
        lock (_loading)
        {
            // Nothing was seen of these files yet, so that the next look reads them.
            (_seen, _settings) = (null, settings);
            if (_looking is not null)
            {
                Watch();
            }

            Book.Put(set);
        }
    }

    /// <summary>Stops watching; the set stays in force.</summary>
    public void Dispose()
    {
        lock (_loading)
        {
            _disposed = true;
            Stop();
        }
    }

    private void Watch()
    {
        Stop();
        if (_disposed || !_settings.Watch || (_settings.Folder ?? _settings.Bundle) is not { } path)
        {
            return;
        }

        _soon = _clock.CreateTimer(_ => Again(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _looking = _clock.CreateTimer(_ => Compare(), null, s_look, s_look);
        try
        {
            var full = System.IO.Path.GetFullPath(path);
            _watcher = _settings.Folder is not null
                ? new FileSystemWatcher(full) { IncludeSubdirectories = true }
                : new FileSystemWatcher(System.IO.Path.GetDirectoryName(full)!, System.IO.Path.GetFileName(full));
            _watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size;
            _watcher.Changed += (_, _) => Soon();
            _watcher.Created += (_, _) => Soon();
            _watcher.Deleted += (_, _) => Soon();
            _watcher.Renamed += (_, _) => Soon();
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The look every few seconds finds it too.
            _watcher?.Dispose();
            _watcher = null;
        }
    }

    private void Stop()
    {
        _watcher?.Dispose();
        _soon?.Dispose();
        _looking?.Dispose();
        (_watcher, _soon, _looking) = (null, null, null);
    }

    private void Soon() => _soon?.Change(s_quiet, Timeout.InfiniteTimeSpan);

    private void Compare()
    {
        if (Look(_settings) != _seen)
        {
            Again();
        }
    }

    private void Again()
    {
        if (_disposed)
        {
            return;
        }

        var before = Book.LastError?.Message;
        var reload = Reload();
        if (reload.Changed || (reload.Failure is { } failure && failure.Message != before))
        {
            Reloaded?.Invoke(reload);
        }
    }

    /// <summary>Names, sizes and times of the files, as one figure; null when they cannot be looked at.</summary>
    private static (long Files, long Hash)? Look(PolicySettings settings)
    {
        try
        {
            if (settings.Bundle is { } bundle)
            {
                var file = new FileInfo(bundle);
                var deltas = PolicyLoader.Deltas(settings).Select(static delta => new FileInfo(delta));
                return file.Exists
                    ? (1, deltas.Aggregate(HashCode.Combine(file.Length, file.LastWriteTimeUtc.Ticks), static (seen, delta) => HashCode.Combine(seen, delta.Name, delta.Length, delta.LastWriteTimeUtc.Ticks)))
                    : null;
            }

            if (settings.Folder is not { } folder)
            {
                return (0, 0);
            }

            var (files, hash) = (0L, 0L);
            var entries = new FileSystemEnumerable<long>(
                folder, (ref FileSystemEntry entry) => HashCode.Combine(StringComparer.Ordinal.GetHashCode(entry.ToSpecifiedFullPath()), entry.IsDirectory ? 0 : entry.Length, entry.IsDirectory ? 0 : entry.LastWriteTimeUtc.Ticks),
                new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true });
            foreach (var entry in entries.Take(MaxEntries))
            {
                files++;
                hash = unchecked(hash + entry);
            }

            return (files, hash);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Rego.Bundles.BundleException)
        {
            return null;
        }
    }
}
