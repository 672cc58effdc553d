using System.ComponentModel.DataAnnotations;
using Crank.Doc.Reading;
using Crank.Sdk;

namespace Crank.Doc.Capabilities;

/// <summary>What <c>doc.info</c> takes.</summary>
/// <param name="Document">The document. Its type is found by its content.</param>
/// <param name="From">What the document is, where text could be several things; must agree with the content. Left out: found.</param>
/// <param name="Encoding">Encoding of a text, such as windows-1252. Left out: found.</param>
public sealed record InfoInput(Blob Document, DocumentFormat? From = null, [property: StringLength(40)] string? Encoding = null);
