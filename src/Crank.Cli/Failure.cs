using Crank.Cli.Terminal;
using Crank.Mesh;
using Crank.Node.Workers;
using Crank.Storage;
using Crank.Trust.Keys;

namespace Crank.Cli;

/// <summary>What is said when a command could not be carried out.</summary>
internal static class Failure
{
    private const string NothingCharged = "Nothing was charged.";

    public static int Explain(Exception exception, Answer answer) => exception switch
    {
        CliException { Job: { } job } e => answer.Fail(e.ExitCode, e.Code, e.Message, e.Try, ("job", job)),
        CliException e => answer.Fail(e.ExitCode, e.Code, e.Message, e.Try),
        OperationCanceledException => Say(answer, FailureCodes.Interrupted, "Interrupted.", ""),
        WorkerStartException e => answer.Fail(ExitCode.NotDone, e.Code, e.Message, WorkerHelp(e)),
        AccountsException e => Say(answer, FailureCodes.Accounts, e.Message, "Set CRANK_CURRENCY and CRANK_OWNER_LIMIT to fit, or use another data folder with --data."),
        ClockBehindException e => Say(answer, FailureCodes.Clock, e.Message, "Set the clock right; nothing was changed."),
        LedgerBrokenException e => Say(answer, FailureCodes.LedgerBroken, e.Message, "Nothing is done with this data folder until it is restored from a backup; 'crank ledger verify' shows everything that was found."),
        DataFolderBusyException e => Say(answer, FailureCodes.DataFolderBusy, e.Message, "Wait longer with --wait, or use another data folder with --data."),
        StoreNewerException e => Say(answer, FailureCodes.DataFolderNewer, e.Message, ""),
        StoreFullException e => Say(answer, FailureCodes.DiskFull, e.Message, NothingCharged),
        BlobDamagedException e => Say(answer, FailureCodes.BlobDamaged, e.Message, ""),
        StoreException e => Say(answer, FailureCodes.DataFolder, e.Message, NothingCharged),
        BlobTooLargeException e => Say(answer, FailureCodes.BlobTooLarge, e.Message, NothingCharged),
        KeyStoreException e => Say(answer, FailureCodes.Keys, e.Message, ""),
        IOException { HResult: BrokenPipe } => ExitCode.Done,
        IOException { HResult: NoSpaceLeft } e => Say(answer, FailureCodes.DiskFull, e.Message, $"Free some room, and run it again. {NothingCharged}"),
        IOException or UnauthorizedAccessException => Say(answer, FailureCodes.DataFolder, exception.Message, "Check who owns it and that the disk is sound; or use another data folder with --data."),
        _ => Say(answer, FailureCodes.Internal, $"{exception.GetType().Name}: {exception.Message}", "This is a defect of crank; please report it with what you ran."),
    };

    /// <summary>EPIPE: the reader, such as <c>head</c>, has seen enough.</summary>
    public const int BrokenPipe = 32;

    /// <summary>ENOSPC.</summary>
    private const int NoSpaceLeft = 28;

    private static int Say(Answer answer, string code, string message, string attempt) => answer.Fail(FailureCodes.All[code], code, message, attempt);

    private static string WorkerHelp(WorkerStartException e) => e.Code == WorkerErrors.Isolation
        ? "To accept less on this machine, set CRANK_MIN_ISOLATION to medium or weak; the receipt will say so. Nothing was charged."
        : NothingCharged;
}
