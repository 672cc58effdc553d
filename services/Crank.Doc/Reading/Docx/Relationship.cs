namespace Crank.Doc.Reading.Docx;

/// <summary>One reference from a part.</summary>
/// <param name="Type">The last step of the type's address, e.g. <c>hyperlink</c>.</param>
/// <param name="Target">As written.</param>
/// <param name="External">True when it leads outside the package.</param>
internal sealed record Relationship(string Type, string Target, bool External);
