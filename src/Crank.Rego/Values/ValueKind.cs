namespace Crank.Rego.Values;

/// <summary>The kinds of a value, numbered in Rego's order of kinds: null before booleans, before numbers, and so on.</summary>
public enum ValueKind
{
    /// <summary>No value at all: the result of an expression that did not hold.</summary>
    Undefined = 0,

    /// <summary>JSON null.</summary>
    Null = 1,

    /// <summary>True or false.</summary>
    Boolean = 2,

    /// <summary>A number of any size; its literal text is kept.</summary>
    Number = 3,

    /// <summary>A string of Unicode text.</summary>
    String = 4,

    /// <summary>An array.</summary>
    Array = 5,

    /// <summary>An object whose keys may be any value.</summary>
    Object = 6,

    /// <summary>A set; JSON has none, so it is written as an array.</summary>
    Set = 7,
}
