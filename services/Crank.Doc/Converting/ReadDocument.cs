using Crank.Doc.Detect;
using Crank.Doc.Model;

namespace Crank.Doc.Converting;

/// <summary>A document that was read, with what it was taken for.</summary>
/// <param name="Document">The document; a mismatch between name and content is among its findings.</param>
/// <param name="Type">What it was read as.</param>
/// <param name="Detected">What its content says.</param>
public sealed record ReadDocument(Document Document, FileType Type, DetectedType Detected);
