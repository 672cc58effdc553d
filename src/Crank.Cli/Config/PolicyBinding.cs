using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Mesh.Authorize.Loading;

namespace Crank.Cli.Config;

/// <summary>Turns the section <c>policy</c> of a checked configuration into settings, and back for <c>crank config show</c>.</summary>
internal static class PolicyBinding
{
    /// <summary>The settings. Paths in the file are meant from the file's folder, others from the current one.</summary>
    /// <exception cref="CliException">A value fits the schema and not its type.</exception>
    public static PolicySettings Read(ResolvedConfiguration resolved)
    {
        try
        {
            var settings = resolved.Values["policy"]?.Deserialize<PolicySettings>(GatewayBinding.Options) ?? new();
            return settings with
            {
                Folder = Located(resolved, "/policy/folder", settings.Folder),
                Bundle = Located(resolved, "/policy/bundle", settings.Bundle),
                Deltas = Located(resolved, "/policy/deltas", settings.Deltas),
                Shadow = Located(resolved, "/policy/shadow", settings.Shadow),
                Key = Located(resolved, "/policy/key", settings.Key),
                Opa = settings.Opa with
                {
                    TokenFile = Located(resolved, "/policy/opa/tokenFile", settings.Opa.TokenFile),
                    Authority = Located(resolved, "/policy/opa/authority", settings.Opa.Authority),
                },
            };
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new CliException(ExitCode.Usage, $"The configuration cannot be used: {e.Message}", "See 'crank config schema'.");
        }
    }

    /// <summary>The settings as JSON, defaults included.</summary>
    public static JsonObject Show(PolicySettings settings) => JsonSerializer.SerializeToNode(settings, GatewayBinding.Options)!.AsObject();

    /// <summary>A path as whoever wrote it meant it.</summary>
    public static string? Located(ResolvedConfiguration resolved, string pointer, string? path) =>
        path is null ? null
        : resolved.File is { } file && resolved.Origins.TryGetValue(pointer, out var origin) && origin.Kind == "file"
            ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, path)
            : path;
}
