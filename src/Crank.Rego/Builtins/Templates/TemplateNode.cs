namespace Crank.Rego.Builtins.Templates;

/// <summary>A part of a template.</summary>
internal abstract record TemplateNode
{
    /// <summary>Text as it stands.</summary>
    public sealed record Text(string Content) : TemplateNode;

    /// <summary>A pipeline whose value is printed, unless it only sets variables.</summary>
    public sealed record Action(TemplatePipeline Pipeline) : TemplateNode;

    /// <summary><c>if</c>, <c>with</c> or <c>range</c>.</summary>
    public sealed record Branch(string Kind, TemplatePipeline Pipeline, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else) : TemplateNode;

    /// <summary>Another template in this place.</summary>
    public sealed record Call(string Name, TemplatePipeline? Pipeline) : TemplateNode;

    /// <summary><c>break</c> or <c>continue</c>.</summary>
    public sealed record Leave(bool ForGood) : TemplateNode;
}
