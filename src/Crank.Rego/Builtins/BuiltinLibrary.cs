using System.Collections.Frozen;

namespace Crank.Rego.Builtins;

/// <summary>Every builtin by name, as of OPA 1.19.</summary>
public static class BuiltinLibrary
{
    /// <summary>All builtins; the deprecated ones too.</summary>
    public static FrozenDictionary<string, Builtin> All { get; } = new[]
    {
        AggregateBuiltins.All,
        NumberBuiltins.All,
        SetBuiltins.All,
        ArrayBuiltins.All,
        ObjectBuiltins.All,
        JsonPathBuiltins.All,
        StringBuiltins.All,
        TypeBuiltins.All,
        EncodingBuiltins.All,
        RegexBuiltins.All,
        TimeBuiltins.All,
        UnitBuiltins.All,
        SemverBuiltins.All,
        UuidBuiltins.All,
        UriBuiltins.All,
        NetBuiltins.All,
        GraphBuiltins.All,
        CryptoBuiltins.All,
        TokenBuiltins.All,
        GraphQlBuiltins.All,
        CertificateBuiltins.All,
        AwsBuiltins.All,
        HttpBuiltins.All,
        YamlBuiltins.All,
        SchemaBuiltins.All,
        TemplateBuiltins.All,
        RegoBuiltins.All,
    }.SelectMany(static group => group).ToFrozenDictionary(static builtin => builtin.Name);

    /// <summary>The builtin of a name; null when there is none.</summary>
    public static Builtin? Find(string name) => All.GetValueOrDefault(name);
}
