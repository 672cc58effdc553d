namespace Crank.Doc.Pdf;

/// <summary>A name object, without the slash and with <c>#xx</c> decoded.</summary>
internal sealed record PdfName(string Value);
