namespace Crank.Rego.Builtins.GraphQl;

/// <summary>One token with its value (names, numbers, strings) and place.</summary>
internal readonly record struct GraphQlToken(TokenKind Kind, string Value, int Line, int Column)
{
    private static readonly string[] Spellings =
        ["<Invalid>", "<EOF>", "!", "$", "&", "(", ")", "...", ":", "=", "@", "[", "]", "{", "}", "|", "Name", "Int", "Float", "String", "BlockString"];

    public (int, int) At => (Line, Column);

    public static string Spell(TokenKind kind) => Spellings[(int)kind];

    public override string ToString() => Value.Length > 0 ? $"{Spell(Kind)} {Go.GoQuote.Quote(Value)}" : Spell(Kind);
}
