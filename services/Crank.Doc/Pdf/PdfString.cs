namespace Crank.Doc.Pdf;

/// <summary>A string object: bytes, whatever they mean.</summary>
internal sealed record PdfString(byte[] Bytes);
