using Crank.Mesh.Path;

namespace Crank.Cli;

/// <summary>The exit codes of <c>crank</c>: a stable face, never renumbered.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int InternalError = 1;
    public const int Usage = 2;
    public const int RefusedByPolicy = 3;
    public const int NoFunds = 4;
    public const int BadInput = 5;
    public const int NotDone = 6;
    public const int Unknown = 7;
    public const int NoOffer = 8;
    public const int NotAuthenticated = 9;
    public const int NotFoundOrConflict = 10;
    public const int DataFolderUnusable = 11;
    public const int Deadline = 12;
    public const int VerificationSaysNo = 13;
    public const int Interrupted = 130;

    /// <summary>The exit code of a no of the path.</summary>
    public static int Of(Refusal refusal) => refusal.Kind switch
    {
        // A worker looks deeper than a schema can: what it finds wrong with the input is bad input too.
        RefusalKind.NotDone when refusal.Code == RefusalCodes.BadInput => BadInput,
        RefusalKind.BadInput => BadInput,
        RefusalKind.NotFound or RefusalKind.Conflict => NotFoundOrConflict,
        RefusalKind.Policy => RefusedByPolicy,
        RefusalKind.NoFunds => NoFunds,
        RefusalKind.NoOffer => NoOffer,
        RefusalKind.NotDone => NotDone,
        RefusalKind.Deadline => Deadline,
        RefusalKind.Cancelled => Interrupted,
        RefusalKind.Unknown => Unknown,
        RefusalKind.Storage => DataFolderUnusable,
        _ => InternalError,
    };
}
