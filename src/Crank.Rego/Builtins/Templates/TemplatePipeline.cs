namespace Crank.Rego.Builtins.Templates;

/// <summary>Commands of which each takes the value of the one before as its last argument.</summary>
/// <param name="Variables">What the value is kept as; <c>range</c> takes two.</param>
/// <param name="Declares">Whether the variables are new.</param>
/// <param name="Commands">The commands: the first operand of each says what to do.</param>
internal sealed record TemplatePipeline(IReadOnlyList<string> Variables, bool Declares, IReadOnlyList<IReadOnlyList<TemplateOperand>> Commands);
