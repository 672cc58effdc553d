namespace Crank.Mesh.Journal;

/// <summary>What became of a wish to change a record.</summary>
/// <param name="Written">False when the version did not fit: nothing was changed.</param>
/// <param name="Stored">The version that is stored now; null when there is no such record.</param>
internal sealed record RecordAnswer(bool Written, long? Stored);
