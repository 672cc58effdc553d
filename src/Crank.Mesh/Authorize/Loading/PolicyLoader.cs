using Crank.Rego.Bundles;
using Crank.Rego.Decide;
using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize.Loading;

/// <summary>Reads and compiles the policies that settings name. Whole or not at all.</summary>
public static class PolicyLoader
{
    /// <summary>The most errors that are shown; the others are counted.</summary>
    private const int MaxShown = 20;
    private const int MaxKeyBytes = 64 * 1024;
    private const int RevisionDigits = 16;
    private const int MaxRevision = 200;
    private const int MaxDeltas = 1_000;
    private const string Folder = "folder", Archive = "bundle";

    /// <summary>Loads the set.</summary>
    /// <param name="settings">Where from.</param>
    /// <param name="standard">The default set, which answers what this one has no module for.</param>
    /// <param name="clock">The clock behind <c>time.now_ns</c>.</param>
    /// <exception cref="PolicyLoadException">Settings, files or policies are wrong.</exception>
    public static PolicyInForce Load(PolicySettings settings, PolicyInForce standard, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Faults(settings) is { Count: > 0 } faults)
        {
            throw new PolicyLoadException(string.Join('\n', faults));
        }

        if (settings.Folder is null && settings.Bundle is null)
        {
            return standard;
        }

        try
        {
            var bundle = Read(settings);
            if (bundle.Modules.Count == 0)
            {
                throw new PolicyLoadException($"There is no policy in {settings.Origin}: names of policies end in .rego. 'crank policy init' writes some to begin with.");
            }

            if (bundle.Revision.Length > MaxRevision)
            {
                throw new PolicyLoadException($"{settings.Origin}: the revision of the manifest has {bundle.Revision.Length} characters; receipts carry at most {MaxRevision}.");
            }

            if (bundle.Revision.StartsWith("default/", StringComparison.Ordinal))
            {
                throw new PolicyLoadException($"{settings.Origin}: the revision '{bundle.Revision}' begins as those of the default policies do; choose another.");
            }

            var kind = settings.Folder is not null ? Folder : Archive;
            return PolicyInForce.Of(bundle, settings.Origin, bundle.Revision.Length > 0 ? bundle.Revision : $"{kind}/{bundle.Digest[..RevisionDigits]}", standard, clock);
        }
        catch (PolicyException e)
        {
            throw new PolicyLoadException(Explain(settings, e.Errors), e);
        }
        catch (Exception e) when (e is BundleException or ValueFormatException)
        {
            throw new PolicyLoadException($"{settings.Origin}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PolicyLoadException($"{settings.Origin} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What of the settings contradicts itself or names what is not there.</summary>
    public static IReadOnlyList<string> Faults(PolicySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var faults = new List<string>();
        if (settings is { Folder: not null, Bundle: not null })
        {
            faults.Add("policy.folder and policy.bundle are both given; choose one.");
        }

        if (settings.Folder is { } folder && !Directory.Exists(folder))
        {
            faults.Add($"policy.folder: there is no folder '{folder}'. 'crank policy init {folder}' writes one to begin with.");
        }

        if (settings.Bundle is { } bundle && !File.Exists(bundle))
        {
            faults.Add($"policy.bundle: there is no file '{bundle}'.");
        }

        if (settings is { Deltas: not null, Bundle: null })
        {
            faults.Add("policy.deltas is given, and no policy.bundle that they could be applied to.");
        }
        else if (settings.Deltas is { } from && !Directory.Exists(from))
        {
            faults.Add($"policy.deltas: there is no folder '{from}'.");
        }

        if (settings.Key is { } key && !File.Exists(key))
        {
            faults.Add($"policy.key: there is no file '{key}'.");
        }

        if (settings.Key is not null && settings.Folder is null && settings.Bundle is null)
        {
            faults.Add("policy.key is given, and neither policy.folder nor policy.bundle that it could have signed.");
        }

        faults.AddRange(settings.Opa.Faults());
        return faults;
    }

    private static Bundle Read(PolicySettings settings)
    {
        var options = settings.Key is { } key
            ? new BundleOptions { Keys = [new(settings.KeyId, settings.Algorithm, ReadKey(key))], KeyId = settings.KeyId, Scope = settings.Scope }
            : BundleOptions.Default;
        if (settings.Folder is { } folder)
        {
            return BundleLoader.Read(folder, options);
        }

        Bundle bundle;
        using (var archive = File.OpenRead(settings.Bundle!))
        {
            bundle = BundleLoader.Read(archive, options);
        }

        foreach (var file in Deltas(settings))
        {
            using var delta = File.OpenRead(file);
            try
            {
                bundle = BundleLoader.ReadDelta(delta, options).ApplyTo(bundle);
            }
            catch (BundleException e)
            {
                throw new BundleException($"{System.IO.Path.GetFileName(file)}: {e.Message}", e);
            }
        }

        return bundle;
    }

    /// <summary>The delta bundles that settings name, in the order in which they are applied.</summary>
    /// <exception cref="BundleException">There are too many.</exception>
    internal static IReadOnlyList<string> Deltas(PolicySettings settings)
    {
        if (settings.Deltas is not { } folder)
        {
            return [];
        }

        var files = Directory.EnumerateFiles(folder, "*.tar.gz").Take(MaxDeltas + 1).Order(StringComparer.Ordinal).ToList();
        return files.Count <= MaxDeltas ? files : throw new BundleException($"There are more than {MaxDeltas} delta bundles in {folder}; publish a whole bundle.");
    }

    private static string ReadKey(string file) => new FileInfo(file).Length <= MaxKeyBytes
        ? File.ReadAllText(file)
        : throw new PolicyLoadException($"policy.key: '{file}' has more than {MaxKeyBytes:N0} bytes, which no key has.");

    private static string Explain(PolicySettings settings, IReadOnlyList<RegoError> errors)
    {
        var shown = errors.OrderBy(e => e.File, StringComparer.Ordinal).ThenBy(e => e.Row).ThenBy(e => e.Column).Take(MaxShown).Select(e => e.Explain());
        var more = errors.Count > MaxShown ? $"\nand {errors.Count - MaxShown} more" : "";
        return $"{settings.Origin} has {(errors.Count == 1 ? "an error" : $"{errors.Count} errors")}:\n{string.Join('\n', shown)}{more}";
    }
}
