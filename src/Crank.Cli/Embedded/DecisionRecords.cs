using Crank.Cli.Policy.History;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Log;
using Crank.Trust.Statements;

namespace Crank.Cli.Embedded;

/// <summary>Writes the decisions of a mesh into its data folder.</summary>
internal static class DecisionRecords
{
    /// <summary>Opens the log, and has every decision of the book written to it; null when no decision is to be written.</summary>
    public static DecisionLog? Open(OpenFolder folder, PolicyLogSettings settings, PolicyBook book, IdSource ids)
    {
        if (!settings.Enabled)
        {
            return null;
        }

        var history = HistoryFolder.Make(folder.Folder);
        var log = DecisionLog.Open(history.Root, settings, () => folder.Keys.Current, history.Sealing(), ids.Next().ToString(), TimeProvider.System);
        book.Asked += asked => log.Add(asked);
        book.Salt = settings.Inputs ? SaltedDigest.NewSalt : null;
        return log;
    }
}
