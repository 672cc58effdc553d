using System.Collections.Immutable;
using Crank.Cli.Data;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Schema;

namespace Crank.Cli.Invoke;

/// <summary>Gathers the input of a job from <c>--in</c> and <c>--param</c>.</summary>
internal static class InputReader
{
    public static async Task<InvocationInput> ReadAsync(
        Capability capability, string? from, IReadOnlyList<string> parameters, Spool spool, CancellationToken cancellationToken)
    {
        var none = ImmutableDictionary<string, BlobSource>.Empty;
        if (from is null)
        {
            return new(ParameterReader.Read(capability, default, parameters), none);
        }

        var source = from == "-"
            ? await spool.AddAsync(Console.OpenStandardInput(), capability.Limits.Input.Value, cancellationToken)
            : Open(from);
        if (source.Length > capability.Limits.Input.Value)
        {
            throw new CliException(
                ExitCode.BadInput, $"'{from}' has {source.Length:N0} bytes; {capability.Id} takes at most {capability.Limits.Input.Value:N0}.", "Split it, or give a smaller file.");
        }

        if (capability.BlobInput is { } member)
        {
            return new(ParameterReader.Read(capability, default, parameters), none.Add(member, source));
        }

        if (source.Length > AdmittedJob.MaxInputJson)
        {
            throw new CliException(ExitCode.BadInput, $"'{from}' has {source.Length:N0} bytes; a JSON input has at most {AdmittedJob.MaxInputJson:N0}.");
        }

        var json = new byte[source.Length];
        var stream = source.Open();
        await using (stream.ConfigureAwait(false))
        {
            await stream.ReadExactlyAsync(json, cancellationToken);
        }

        return new(ParameterReader.Read(capability, json, parameters), none);
    }

    private static BlobSource Open(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (Directory.Exists(path))
            {
                throw new CliException(ExitCode.Usage, $"'{path}' is a folder.", "Name a file.");
            }

            if (!file.Exists)
            {
                throw new CliException(ExitCode.Usage, $"There is no file '{path}'.", Near(file) is { } near ? $"Did you mean '{near}'?" : "Check the name and the folder.");
            }

            // A pipe or a device has no length of its own and cannot be read twice.
            if (OperatingSystem.IsLinux() && FileFacts.Of(path) is { IsRegular: false })
            {
                throw new CliException(ExitCode.Usage, $"'{path}' is not a regular file.", "Give it through standard input with --in -.");
            }

            using (file.OpenRead())
            {
            }

            return new(file.Length, file.OpenRead, file.Name);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new CliException(ExitCode.BadInput, $"'{path}' cannot be read: {e.Message}", "Check who owns it.");
        }
    }

    private static string? Near(FileInfo file)
    {
        try
        {
            if (file.Directory is not { Exists: true } folder)
            {
                return null;
            }

            return NearestName.Find(file.Name, folder.EnumerateFiles().Take(1000).Select(f => f.Name)) is { } name
                ? Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(folder.FullName, name))
                : null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }
}
