namespace Crank.Rego.Syntax;

internal enum TokenKind
{
    // Kinds without a text of their own come first.
    Illegal, EndOfFile, Whitespace, Identifier, Comment,
    Package, Import, As, Default, Else, Not, Some, With, Null, True, False, Every, If, Contains, In, And, Or,
    Number, String, TemplatePart, TemplateEnd, RawTemplatePart, RawTemplateEnd,
    LeftBracket, RightBracket, LeftBrace, RightBrace, LeftParen, RightParen, Comma, Colon, Semicolon, Dot,
    Plus, Minus, Times, Divide, Remainder, Ampersand, Bar,
    Unify, Equal, Assign, NotEqual, Greater, Less, GreaterOrEqual, LessOrEqual,
}
