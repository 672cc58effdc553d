using System.CommandLine;
using Crank.Carbon;
using Crank.Cli.Config;
using Crank.Cli.Data;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh;
using Crank.Mesh.Registry;
using Crank.Trust.Statements;

namespace Crank.Cli.Embedded;

/// <summary>The controller of a data folder that no mesh runs on, without a worker and without a capability: for what is governed, not run.</summary>
internal sealed class QuietMesh : IAsyncDisposable
{
    private readonly OpenFolder _folder;

    private QuietMesh(OpenFolder folder, Controller controller) => (_folder, Controller) = (folder, controller);

    public Controller Controller { get; }

    /// <summary>Opens the folder, and makes it on first use.</summary>
    public static async Task<QuietMesh> OpenAsync(ParseResult parsed, Answer answer, CancellationToken cancellationToken)
    {
        var configuration = Configuration.Of(ConfigurationOptions.Resolve(parsed));
        var folder = await OpenFolder.OpenAsync(DataFolder.Locate(GlobalOptions.Data(parsed)), GlobalOptions.Wait(parsed), answer, cancellationToken);
        try
        {
            var registry = new ServiceRegistry(TimeProvider.System);
            return new(folder, await Controller.OpenAsync(
                new()
                {
                    Origin = folder.Keys.Current.Public.Name,
                    Currency = configuration.Currency,
                    OwnerLimitMicros = configuration.OwnerLimitMicros,
                    Split = configuration.Split,
                    Queue = new() { Runs = false },
                    HousekeepEvery = TimeSpan.Zero,
                },
                new(
                    folder.Store, null, () => folder.Keys.Current, registry.Book, registry, ZoneTable.BuiltIn, TimeProvider.System, new IdSource(TimeProvider.System, new Random()),
                    SaltedDigest.NewSalt)));
        }
        catch
        {
            await folder.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
