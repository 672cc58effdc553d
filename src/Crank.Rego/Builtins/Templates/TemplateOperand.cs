namespace Crank.Rego.Builtins.Templates;

/// <summary>An operand of a command.</summary>
/// <param name="Text">As it is written, for messages.</param>
internal abstract record TemplateOperand(string Text)
{
    /// <summary>A literal: text, an integer, a float, true, false or nil.</summary>
    public sealed record Literal(object? Value, string Text) : TemplateOperand(Text);

    /// <summary>The dot.</summary>
    public sealed record Dot() : TemplateOperand(".");

    /// <summary>A variable.</summary>
    public sealed record Variable(string Name) : TemplateOperand(Name);

    /// <summary>A function.</summary>
    public sealed record Function(string Name) : TemplateOperand(Name);

    /// <summary>Members of another operand.</summary>
    public sealed record Fields(TemplateOperand Of, IReadOnlyList<string> Names, string Text) : TemplateOperand(Text);

    /// <summary>A pipeline in parentheses.</summary>
    public sealed record Nested(TemplatePipeline Pipeline) : TemplateOperand("(…)");
}
