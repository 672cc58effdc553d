namespace Crank.Rego.Syntax;

/// <summary>Codes of errors, the same that OPA 1.x gives.</summary>
public static class RegoErrorCodes
{
    /// <summary>The text is not Rego.</summary>
    public const string Parse = "rego_parse_error";

    /// <summary>A rule of the language is broken: names, assignments, imports, strict mode.</summary>
    public const string Compile = "rego_compile_error";

    /// <summary>Types, arities or kinds of rules do not fit.</summary>
    public const string Type = "rego_type_error";

    /// <summary>A variable has no value that could be enumerated.</summary>
    public const string UnsafeVar = "rego_unsafe_var_error";

    /// <summary>A rule depends on itself.</summary>
    public const string Recursion = "rego_recursion_error";
}
