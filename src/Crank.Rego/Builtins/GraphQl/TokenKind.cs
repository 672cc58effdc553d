namespace Crank.Rego.Builtins.GraphQl;

/// <summary>Lexical tokens of GraphQL (October 2021, section 2.1).</summary>
internal enum TokenKind
{
    Invalid,
    End,
    Bang,
    Dollar,
    Amp,
    ParenL,
    ParenR,
    Spread,
    Colon,
    Equals,
    At,
    BracketL,
    BracketR,
    BraceL,
    BraceR,
    Pipe,
    Name,
    Int,
    Float,
    String,
    BlockString,
}
