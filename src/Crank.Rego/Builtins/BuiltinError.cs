namespace Crank.Rego.Builtins;

/// <summary>The two ways in which a builtin refuses its arguments, with OPA's codes.</summary>
public enum BuiltinError
{
    /// <summary><c>eval_builtin_error</c>: the arguments are of the right kinds and still make no sense.</summary>
    Failed,

    /// <summary><c>eval_type_error</c>: an argument is of the wrong kind.</summary>
    WrongType,
}
