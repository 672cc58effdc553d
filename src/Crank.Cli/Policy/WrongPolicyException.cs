namespace Crank.Cli.Policy;

/// <summary>Policies or a query do not compile.</summary>
internal sealed class WrongPolicyException(IReadOnlyList<PolicyMistake> errors) : Exception($"There are {errors.Count} errors.")
{
    public IReadOnlyList<PolicyMistake> Errors { get; } = errors;
}
