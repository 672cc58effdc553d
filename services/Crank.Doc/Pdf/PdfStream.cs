namespace Crank.Doc.Pdf;

/// <summary>A stream object: its dictionary and its bytes as they stand in the file.</summary>
internal sealed record PdfStream(PdfDictionary Dictionary, ReadOnlyMemory<byte> Raw);
