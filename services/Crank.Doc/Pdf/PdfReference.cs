namespace Crank.Doc.Pdf;

/// <summary>A reference to an indirect object. Generations are not kept apart: the last definition in the file wins.</summary>
internal sealed record PdfReference(int Number);
