namespace Crank.Mesh.Journal;

/// <summary>A command with an answer.</summary>
internal abstract class JournalCommand<T> : JournalCommand
{
    private readonly TaskCompletionSource<T> _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _answer;

    /// <summary>The answer, once the batch that holds it is durable.</summary>
    public Task<T> Committed => _committed.Task;

    /// <inheritdoc />
    public sealed override void Apply(JournalDraft draft) => _answer = Decide(draft);

    /// <inheritdoc />
    public sealed override void Complete() => _committed.TrySetResult(_answer!);

    /// <inheritdoc />
    public sealed override void Fail(Exception exception) => _committed.TrySetException(exception);

    /// <summary>Applies the rules and says what came of it.</summary>
    protected abstract T Decide(JournalDraft draft);
}
