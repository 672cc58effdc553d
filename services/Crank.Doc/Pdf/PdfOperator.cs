namespace Crank.Doc.Pdf;

/// <summary>A word that is no object: an operator of a content stream, or <c>endobj</c>, <c>stream</c>, …</summary>
internal sealed record PdfOperator(string Name);
