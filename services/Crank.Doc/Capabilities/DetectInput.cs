using Crank.Sdk;

namespace Crank.Doc.Capabilities;

/// <summary>What <c>doc.detect</c> takes.</summary>
/// <param name="Document">The file. Its name, where it has one, is compared with its content.</param>
public sealed record DetectInput(Blob Document);
