namespace Crank.Storage;

/// <summary>A row was not at the version that was expected, or its unique key is taken. Nothing was written.</summary>
/// <param name="kind">What kind of row: <c>account</c>, <c>key</c>, <c>hold</c>, <c>job</c>, <c>transfer</c>, <c>receipt</c>, <c>log node</c>, <c>checkpoint</c>, <c>record</c>, <c>place in the queue</c>, <c>input</c>.</param>
/// <param name="id">Which one.</param>
/// <param name="why">What did not fit.</param>
public sealed class StoreConflictException(string kind, string id, string why)
    : StoreException($"The {kind} {id} {why}. Nothing was written; read it again and decide anew.")
{
    /// <summary>What kind of row.</summary>
    public string Kind { get; } = kind;

    /// <summary>Which one.</summary>
    public string Id { get; } = id;
}
