using Crank.Core;

namespace Crank.Mesh.Journal;

/// <summary>What became of a wish to fund a job.</summary>
internal abstract record FundAnswer
{
    private FundAnswer()
    {
    }

    /// <summary>Money is held and the job is on disk.</summary>
    public sealed record Funded : FundAnswer;

    /// <summary>The same request was made under this key before.</summary>
    public sealed record Repeated(JobId First) : FundAnswer;

    /// <summary>Another request was made under this key before.</summary>
    public sealed record KeyTaken(JobId First) : FundAnswer;

    /// <summary>The dead letter that the job was to take the place of is gone.</summary>
    public sealed record Gone : FundAnswer;

    /// <summary>The account would fall below its limit.</summary>
    public sealed record NoFunds(Money Available) : FundAnswer;

    /// <summary>The credential would spend more than it may.</summary>
    public sealed record PurseEmpty(Money Left, Money Limit, bool IsDay) : FundAnswer;
}
