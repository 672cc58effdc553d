namespace Crank.Doc.Capabilities;

/// <summary>What <c>doc.detect</c> gives.</summary>
/// <param name="Type">Short name of the type, such as docx; unknown when the bytes are of no type known here.</param>
/// <param name="MediaType">Its media type, such as application/pdf.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Confidence">0 to 1: 1 for a signature, less for what statistics say.</param>
/// <param name="Reasons">What was seen.</param>
/// <param name="CanConvert">True when doc.convert reads this type.</param>
/// <param name="NamedAs">The type that the name claims, when the content is of another; left out otherwise.</param>
public sealed record DetectOutput(string Type, string MediaType, string Title, double Confidence, IReadOnlyList<string> Reasons, bool CanConvert, string? NamedAs = null);
