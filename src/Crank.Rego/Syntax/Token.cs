namespace Crank.Rego.Syntax;

/// <summary>One token: what it is, its text with delimiters, and where it stands.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Offset, int End, int Row, int Column);
