using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Crank.Doc.Info;
using Crank.Sdk;

namespace Crank.Doc.Capabilities;

/// <summary>Says how long a document is (pages, words), its title, its language and what it says about itself.</summary>
[Capability("doc.info", "1.0.0", Idempotent = true)]
[Limits(MaxInputBytes = 64L << 20, MaxOutputBytes = 1L << 20, Deadline = "30s")]
[Meters(DocumentJob.PageUnit, DocumentJob.MostPages)]
[Price("job", micros: 200)]
[Price("megabyte", micros: 100)]
[DeclaredError("empty", "The document has no bytes.")]
[DeclaredError("too-large", "The document has more bytes than are read. Split it.")]
[DeclaredError("text-too-long", "The text is longer than is read. Split the document.")]
[DeclaredError("too-many-nodes", "The document has more elements than are read. Split it.")]
[DeclaredError("too-many-cells", "The tables have more cells than are read. Split them.")]
[DeclaredError("too-deep", "The document nests deeper than can be flattened.")]
[DeclaredError("decompression-bomb", "A part unpacks to far more than its size.")]
[DeclaredError("time-budget", "Reading took too long. Split the document.")]
[DeclaredError("encrypted", "The document needs a password. Save it without one.")]
[DeclaredError("damaged", "The document breaks its own format; the message says where.")]
[DeclaredError("wrong-format", "The content is of another type than 'from' or the name says.")]
[DeclaredError("unsupported-format", "A known type that is not read yet; the message names it.")]
[DeclaredError("unknown-format", "The bytes are of no type known here.")]
[DeclaredError("forbidden-xml", "The XML declares a document type, which can hold entity bombs.")]
[DeclaredError("unsupported-encoding", "The encoding asked for is not known.")]
public sealed class InfoCapability : Capability<InfoInput, InfoOutput>
{
    /// <summary>What a file says about itself is cut to this many characters an entry, and this many entries: the answer has a maximum.</summary>
    private const int LongestEntry = 1000;

    private const int MostEntries = 100;

    /// <inheritdoc/>
    protected override IJsonTypeInfoResolver JsonTypes => DocJson.Default;

    /// <inheritdoc/>
    public override Task<InfoOutput> RunAsync(InfoInput input, JobContext job, CancellationToken cancellationToken) =>
        DocumentJob.RunAsync(async budget =>
        {
            var content = await DocumentJob.TakeAsync(input.Document, job, budget, cancellationToken);
            var read = DocumentJob.Read(content, input.Document, input.From, input.Encoding, budget);
            var facts = DocumentFacts.Of(read.Document);
            DocumentJob.Meter(job, facts);
            var said = read.Document.Metadata;
            return new InfoOutput(
                read.Type.Key, facts.Pages, facts.PagesAreEstimated, facts.Words, facts.Characters, facts.LanguageIsGuessed,
                Shown(said.Authors), Shown(said.Keywords), said.Other, ReportedFinding.Of(read.Document.Findings),
                Shown(facts.Title), Shown(facts.Language), Shown(said.Subject), said.Created, said.Modified);
        }, cancellationToken);

    private static string? Shown(string? entry) => entry is { Length: > LongestEntry } ? entry[..LongestEntry] : entry;

    private static ImmutableArray<string> Shown(ImmutableArray<string> entries) => [.. entries.Take(MostEntries).Select(e => Shown(e)!)];
}
