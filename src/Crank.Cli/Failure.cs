using Crank.Cli.Terminal;
using Crank.Mesh;
using Crank.Storage;
using Crank.Trust.Keys;

namespace Crank.Cli;

/// <summary>What is said when a command could not be carried out.</summary>
internal static class Failure
{
    private const string Folder = "data-folder-unusable";

    public static int Explain(Exception exception, Answer answer) => exception switch
    {
        CliException e => answer.Fail(e.ExitCode, Code(e.ExitCode), e.Message, e.Try),
        OperationCanceledException => answer.Fail(ExitCode.Interrupted, "interrupted", "Interrupted.", ""),
        ClockBehindException e => answer.Fail(ExitCode.DataFolderUnusable, "clock-behind", e.Message, "Set the clock right; nothing was changed."),
        StoreNewerException e => answer.Fail(ExitCode.DataFolderUnusable, "data-folder-newer", e.Message, "Use the newer crank, or another data folder with --data."),
        StoreFullException e => answer.Fail(ExitCode.DataFolderUnusable, "disk-full", e.Message, "Free some room and run it again: nothing was charged."),
        StoreException e => answer.Fail(ExitCode.DataFolderUnusable, Folder, e.Message, "Nothing was charged. Check the disk, or choose another folder with --data."),
        KeyStoreException e => answer.Fail(ExitCode.DataFolderUnusable, Folder, e.Message, ""),
        IOException { HResult: BrokenPipe } => ExitCode.Done,
        IOException or UnauthorizedAccessException => answer.Fail(ExitCode.DataFolderUnusable, "io", exception.Message, ""),
        _ => answer.Fail(ExitCode.InternalError, "internal", $"{exception.GetType().Name}: {exception.Message}", "This is a defect of crank; please report it with what you ran."),
    };

    /// <summary>EPIPE: the reader, such as <c>head</c>, has seen enough.</summary>
    public const int BrokenPipe = 32;

    private static string Code(int exitCode) => exitCode switch
    {
        ExitCode.Usage => "usage",
        ExitCode.BadInput => "bad-input",
        ExitCode.NotFoundOrConflict => "not-found",
        ExitCode.DataFolderUnusable => Folder,
        ExitCode.VerificationSaysNo => "verification-failed",
        _ => "failed",
    };
}
