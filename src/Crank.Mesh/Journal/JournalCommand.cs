namespace Crank.Mesh.Journal;

/// <summary>Something that waits to be committed, with its answer once it was.</summary>
internal abstract class JournalCommand
{
    /// <summary>Applies the rules to the draft; what it adds there is written with everything else of the batch, or not at all.</summary>
    public abstract void Apply(JournalDraft draft);

    /// <summary>Called after the commit.</summary>
    public abstract void Complete();

    /// <summary>Called when the commit failed, or when the rules threw.</summary>
    public abstract void Fail(Exception exception);
}
