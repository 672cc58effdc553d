namespace Crank.Storage;

internal static class Conflicts
{
    internal static StoreConflictException Version(string kind, string id, long version, long? stored) => new(
        kind,
        id,
        (version, stored) switch
        {
            (_, null) => $"is not there, but version {version} would follow version {version - 1}",
            (1, _) => $"is there already, at version {stored}",
            _ => $"is at version {stored}, not {version - 1}",
        });

    internal static StoreConflictException Removed(string kind, string id, long version, long? stored) => new(
        kind, id, stored is null ? $"is not there, but version {version} was to be removed" : $"is at version {stored}, not {version}");

    internal static StoreConflictException Taken(string kind, string id) => new(kind, id, "is there already");
}
