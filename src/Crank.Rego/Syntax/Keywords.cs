using System.Collections.Frozen;

namespace Crank.Rego.Syntax;

/// <summary>Words of the language and the names of tokens in error messages.</summary>
internal static class Keywords
{
    /// <summary>Keywords of Rego v1, all of which may follow a dot or begin a reference.</summary>
    public static FrozenDictionary<string, TokenKind> Always { get; } = new Dictionary<string, TokenKind>
    {
        ["package"] = TokenKind.Package,
        ["import"] = TokenKind.Import,
        ["as"] = TokenKind.As,
        ["default"] = TokenKind.Default,
        ["else"] = TokenKind.Else,
        ["not"] = TokenKind.Not,
        ["some"] = TokenKind.Some,
        ["with"] = TokenKind.With,
        ["null"] = TokenKind.Null,
        ["true"] = TokenKind.True,
        ["false"] = TokenKind.False,
        ["every"] = TokenKind.Every,
        ["if"] = TokenKind.If,
        ["contains"] = TokenKind.Contains,
        ["in"] = TokenKind.In,
    }.ToFrozenDictionary();

    /// <summary>What <c>import future.keywords.X</c> may name, sorted.</summary>
    public static IReadOnlyList<string> Future { get; } = ["and", "contains", "every", "if", "in", "not", "or"];

    /// <summary>What a module must have for the token to be a keyword.</summary>
    public static FutureKeywords Needs(TokenKind kind) => kind switch
    {
        TokenKind.In => FutureKeywords.In,
        TokenKind.Every => FutureKeywords.Every,
        TokenKind.If => FutureKeywords.If,
        TokenKind.Contains => FutureKeywords.Contains,
        _ => FutureKeywords.None,
    };

    /// <summary>May the token stand where a name is expected, before or after a dot?</summary>
    public static bool MayBeName(TokenKind kind) => kind is >= TokenKind.Package and <= TokenKind.Or;

    /// <summary>A token's name as error messages say it.</summary>
    public static string NameOf(TokenKind kind) => kind switch
    {
        TokenKind.EndOfFile => "eof",
        TokenKind.Identifier => "ident",
        TokenKind.TemplatePart or TokenKind.RawTemplatePart => "template-string-part",
        TokenKind.TemplateEnd or TokenKind.RawTemplateEnd => "template-string-end",
        TokenKind.LeftBracket => "[",
        TokenKind.RightBracket => "]",
        TokenKind.LeftBrace => "{",
        TokenKind.RightBrace => "}",
        TokenKind.LeftParen => "(",
        TokenKind.RightParen => ")",
        TokenKind.Comma => ",",
        TokenKind.Colon => ":",
        TokenKind.Semicolon => ";",
        TokenKind.Dot => ".",
        TokenKind.Ampersand => "and",
        TokenKind.Bar => "or",
        _ => OperatorOf(kind) ?? kind.ToString().ToLowerInvariant(),
    };

    /// <summary>The builtin that an infix operator stands for; null when the token is none.</summary>
    public static string? OperatorOf(TokenKind kind) => kind switch
    {
        TokenKind.Plus => "plus",
        TokenKind.Minus => "minus",
        TokenKind.Times => "mul",
        TokenKind.Divide => "div",
        TokenKind.Remainder => "rem",
        TokenKind.Ampersand => "and",
        TokenKind.Bar => "or",
        TokenKind.Unify => "eq",
        TokenKind.Assign => "assign",
        TokenKind.Equal => "equal",
        TokenKind.NotEqual => "neq",
        TokenKind.Less => "lt",
        TokenKind.Greater => "gt",
        TokenKind.LessOrEqual => "lte",
        TokenKind.GreaterOrEqual => "gte",
        _ => null,
    };
}
