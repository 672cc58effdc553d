namespace Crank.Rego.Compile;

/// <summary>How a variable came into a scope.</summary>
internal enum LocalOccurrence
{
    New,
    Argument,
    Seen,
    Assigned,
    Declared,
}
