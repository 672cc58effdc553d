namespace Crank.Gateway.Contract;

/// <summary>A header field of an answer.</summary>
/// <param name="Name">The field.</param>
/// <param name="Description">What it means.</param>
/// <param name="Schema">As for a <see cref="Parameter"/>.</param>
internal sealed record AnswerHeader(string Name, string Description, string Schema = """{"type":"string"}""");
