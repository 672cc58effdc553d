namespace Crank.Doc.Pdf;

/// <summary>One object of the file breaks the syntax; the reader goes on with the next.</summary>
internal sealed class PdfSyntaxException(string message) : Exception(message);
