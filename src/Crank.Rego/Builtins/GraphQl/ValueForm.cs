namespace Crank.Rego.Builtins.GraphQl;

/// <summary>The forms of a literal, with the numbers that the tree uses.</summary>
internal enum ValueForm
{
    Variable = 0,
    Int = 1,
    Float = 2,
    String = 3,
    Block = 4,
    Boolean = 5,
    Null = 6,
    Enum = 7,
    List = 8,
    Object = 9,
}
