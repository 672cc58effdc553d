namespace Crank.Sdk.Schemas;

/// <summary>Whether a schema says what is accepted or what is produced: they differ in which members are required.</summary>
internal enum SchemaSide
{
    /// <summary>Members without a default are required.</summary>
    Input,

    /// <summary>Members that cannot be null are always there; absent means null.</summary>
    Output,
}
