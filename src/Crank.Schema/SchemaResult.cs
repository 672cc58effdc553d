namespace Crank.Schema;

/// <summary>The answer of a validation.</summary>
public sealed class SchemaResult
{
    internal static readonly SchemaResult Valid = new([], false);

    internal SchemaResult(IReadOnlyList<SchemaError> errors, bool truncated)
    {
        Errors = errors;
        Truncated = truncated;
    }

    /// <summary>True when the value satisfies the schema; then there are no errors.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>What is wrong, at most <see cref="SchemaOptions.MaxErrors"/> entries.</summary>
    public IReadOnlyList<SchemaError> Errors { get; }

    /// <summary>True when there may be more errors than those listed.</summary>
    public bool Truncated { get; }
}
