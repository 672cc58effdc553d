using System.ComponentModel.DataAnnotations;
using Crank.Doc.Reading;
using Crank.Doc.Writing;
using Crank.Sdk;

namespace Crank.Doc.Capabilities;

/// <summary>What <c>doc.convert</c> takes.</summary>
/// <param name="Document">The document. Its type is found by its content; its name only settles which kind of text a text is.</param>
/// <param name="To">What to make of it.</param>
/// <param name="From">What the document is, where text could be several things; must agree with the content. Left out: found.</param>
/// <param name="Encoding">Encoding of a text, such as windows-1252. Left out: found.</param>
/// <param name="Fragment">For HTML: only what belongs inside the body, without head.</param>
public sealed record ConvertInput(
    Blob Document,
    OutputFormat To = OutputFormat.Markdown,
    DocumentFormat? From = null,
    [property: StringLength(40)] string? Encoding = null,
    bool Fragment = false);
