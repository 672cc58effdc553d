namespace Crank.Rego.Builtins.JsonSchemas;

/// <summary>What came of holding a value against a schema. The score says how near it came: of several alternatives, the nearest is explained.</summary>
internal sealed class SchemaResult
{
    public List<SchemaMismatch> Mismatches { get; } = [];

    public int Score { get; set; }

    public bool Matches => Mismatches.Count == 0;

    public void Add(SchemaPlace place, string type, string description)
    {
        Mismatches.Add(new(place.Field, type, description));
        Score -= 2;
    }

    public void Merge(SchemaResult other)
    {
        Mismatches.AddRange(other.Mismatches);
        Score += other.Score;
    }
}
