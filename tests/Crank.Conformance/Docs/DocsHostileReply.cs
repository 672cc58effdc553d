using System.Text.Json.Serialization;

namespace Crank.Conformance.Docs;

/// <summary>What the converting process answers for one file: a line of JSON.</summary>
public sealed record DocsHostileReply(
    [property: JsonRequired] string Code,
    string Message,
    string? Format,
    string Text,
    string Markdown,
    string Html,
    IReadOnlyList<string> Findings);
