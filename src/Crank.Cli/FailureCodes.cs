namespace Crank.Cli;

/// <summary>The codes that the command line itself fails with, beside those of the path; a test holds them against <c>docs/errors.md</c>.</summary>
internal static class FailureCodes
{
    public const string Usage = "usage";
    public const string BadInput = "bad-input";
    public const string NotFound = "not-found";
    public const string Accounts = "accounts-do-not-fit";
    public const string Interrupted = "interrupted";
    public const string DataFolder = "data-folder-unusable";
    public const string DataFolderBusy = "data-folder-busy";
    public const string DataFolderNewer = "data-folder-newer";
    public const string DiskFull = "disk-full";
    public const string Clock = "clock-behind";
    public const string LedgerBroken = "ledger-broken";
    public const string Keys = "keys-unusable";
    public const string BlobDamaged = "blob-damaged";
    public const string BlobTooLarge = "output-too-large";
    public const string ResultGone = "result-gone";
    public const string OutputFailed = "output-failed";
    public const string VerificationFailed = "verification-failed";
    public const string PolicyTests = "policy-tests-failed";
    public const string PolicyCoverage = "policy-coverage-low";
    public const string PolicyFormat = "policy-not-formatted";
    public const string PolicyLimit = "policy-limit";
    public const string Internal = "internal";
    public const string Unreachable = "mesh-unreachable";
    public const string Unauthenticated = "unauthenticated";

    /// <summary>Each code with its exit code, in the order of the list.</summary>
    public static IReadOnlyDictionary<string, int> All { get; } = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        [Usage] = ExitCode.Usage,
        [Accounts] = ExitCode.Usage,
        [BadInput] = ExitCode.BadInput,
        [BlobTooLarge] = ExitCode.NotDone,
        [PolicyTests] = ExitCode.NotDone,
        [PolicyCoverage] = ExitCode.NotDone,
        [PolicyFormat] = ExitCode.NotDone,
        [PolicyLimit] = ExitCode.NotDone,
        [ResultGone] = ExitCode.Unknown,
        [Unauthenticated] = ExitCode.NotAuthenticated,
        [NotFound] = ExitCode.NotFoundOrConflict,
        [Unreachable] = ExitCode.NotFoundOrConflict,
        [DataFolder] = ExitCode.DataFolderUnusable,
        [DataFolderBusy] = ExitCode.DataFolderUnusable,
        [DataFolderNewer] = ExitCode.DataFolderUnusable,
        [DiskFull] = ExitCode.DataFolderUnusable,
        [Clock] = ExitCode.DataFolderUnusable,
        [LedgerBroken] = ExitCode.DataFolderUnusable,
        [Keys] = ExitCode.DataFolderUnusable,
        [BlobDamaged] = ExitCode.DataFolderUnusable,
        [VerificationFailed] = ExitCode.VerificationSaysNo,
        [OutputFailed] = ExitCode.InternalError,
        [Internal] = ExitCode.InternalError,
        [Interrupted] = ExitCode.Interrupted,
    };

    /// <summary>The code of an answer that has an exit code and no code of its own.</summary>
    public static string Of(int exitCode) => exitCode switch
    {
        ExitCode.Usage => Usage,
        ExitCode.BadInput => BadInput,
        ExitCode.Unknown => ResultGone,
        ExitCode.NotAuthenticated => Unauthenticated,
        ExitCode.NotFoundOrConflict => NotFound,
        ExitCode.DataFolderUnusable => DataFolder,
        ExitCode.VerificationSaysNo => VerificationFailed,
        _ => Internal,
    };
}
