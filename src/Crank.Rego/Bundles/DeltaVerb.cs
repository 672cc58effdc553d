namespace Crank.Rego.Bundles;

/// <summary>What an operation of a delta bundle does.</summary>
internal enum DeltaVerb
{
    /// <summary>Sets a document, and makes the objects on the way to it; in an array, puts it before the element at the position, or at the end.</summary>
    Upsert,

    /// <summary>Sets a document that is there.</summary>
    Replace,

    /// <summary>Takes a document away that is there.</summary>
    Remove,
}
