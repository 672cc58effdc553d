namespace Crank.Doc.Reading.Markdown;

/// <summary>Where a reference link goes.</summary>
internal sealed record LinkDefinition(string Target, string? Title);
