using System.Collections.Immutable;
using Crank.Doc.Detect;
using Crank.Doc.Info;
using Crank.Doc.Model;
using Crank.Doc.Writing;

namespace Crank.Doc.Converting;

/// <summary>The result of one conversion.</summary>
/// <param name="Text">The result; lines end with <c>\n</c>.</param>
/// <param name="Format">What it is.</param>
/// <param name="From">What the input was read as.</param>
/// <param name="Losses">What was lost on the way, counted.</param>
/// <param name="Findings">What somebody should know before trusting the input.</param>
/// <param name="Facts">Pages, words, title, language.</param>
public sealed record ConvertedDocument(string Text, OutputFormat Format, FileType From, ImmutableArray<Loss> Losses, ImmutableArray<Finding> Findings, DocumentFacts Facts);
