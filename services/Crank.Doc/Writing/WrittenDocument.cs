using System.Collections.Immutable;
using Crank.Doc.Model;

namespace Crank.Doc.Writing;

/// <summary>What a writer made.</summary>
/// <param name="Text">The result; lines end with <c>\n</c>.</param>
/// <param name="Losses">What was lost in reading and in writing, added up, one entry per kind.</param>
public sealed record WrittenDocument(string Text, ImmutableArray<Loss> Losses);
