using System.Collections.Immutable;
using System.Globalization;
using Crank.Doc.Model;
using Crank.Doc.Reading;
using UglyToad.PdfPig;

namespace Crank.Doc.Pdf;

/// <summary>
/// The text layer of a PDF as a document. The file is first distilled (<see cref="PdfDistillation"/>), then interpreted by PdfPig,
/// then laid out: columns, paragraphs, headings by size, bullets. Pages part by a page break.
/// </summary>
internal static class PdfReading
{
    public static Document Read(ReadOnlyMemory<byte> content, ReaderBudget budget)
    {
        var log = new ReadingLog();
        var file = new PdfFile(content, budget, log);
        if (file.IsEncrypted)
        {
            throw new DocumentRefusedException(RefusalReason.Encrypted, "The PDF is encrypted. Save it without a password and without restrictions, and send that.");
        }

        if (!file.HasObjects || file.Catalog is not { } catalog)
        {
            throw new DocumentRefusedException(RefusalReason.Damaged, "The PDF holds no catalogue of pages. Was it cut?");
        }

        var distillation = new PdfDistillation(file, budget, log);
        var clean = distillation.Distil(catalog);
        var pages = Pages(clean, distillation.PageHasPicture, budget, log);
        return new Document(Metadata(file, catalog, pages.Count), Blocks(pages, budget), [], log.Losses, log.Findings);
    }

    private static List<List<List<PdfLine>>> Pages(byte[] clean, IReadOnlyList<bool> hasPicture, ReaderBudget budget, ReadingLog log)
    {
        var pages = new List<List<List<PdfLine>>>();
        try
        {
            using var document = PdfDocument.Open(clean, new ParsingOptions { UseLenientParsing = true, SkipMissingFonts = true, ClipPaths = false, UseActualText = true });
            for (var number = 1; number <= document.NumberOfPages; number++)
            {
                budget.Check();
                pages.Add(Regions(document.GetPage(number), hasPicture[number - 1], budget, log));
            }
        }
        catch (Exception e) when (e is not (DocumentRefusedException or OperationCanceledException or OutOfMemoryException))
        {
            // The library has no exception of its own for all that can be wrong in a font or a content stream.
            throw new DocumentRefusedException(RefusalReason.Damaged, "A page or a font of the PDF cannot be read.", e);
        }

        return pages;
    }

    private static List<List<PdfLine>> Regions(UglyToad.PdfPig.Content.Page page, bool hasPicture, ReaderBudget budget, ReadingLog log)
    {
        var regions = new List<List<PdfLine>>();
        foreach (var glyphs in PdfPageReading.Glyphs(page, hasPicture, budget, log))
        {
            regions.AddRange(PdfColumns.Of(PdfLines.Of(glyphs)));
        }

        if (regions.Count == 0)
        {
            log.Lose(LossKind.PageWithoutText);
        }

        budget.Text(regions.Sum(r => r.Sum(l => (long)l.Text.Length)));
        return regions;
    }

    private static ImmutableArray<Block> Blocks(List<List<List<PdfLine>>> pages, ReaderBudget budget)
    {
        var layout = PdfBlocks.For(pages.SelectMany(p => p.SelectMany(r => r)));
        var blocks = ImmutableArray.CreateBuilder<Block>();
        for (var i = 0; i < pages.Count; i++)
        {
            if (i > 0)
            {
                blocks.Add(new Block.PageBreak());
            }

            foreach (var region in pages[i])
            {
                budget.Tick();
                layout.Add(region, blocks);
            }
        }

        return blocks.ToImmutable();
    }

    private static DocumentMetadata Metadata(PdfFile file, PdfDictionary catalog, int pages)
    {
        var information = file.Information;
        return new DocumentMetadata
        {
            Title = Text("Title"),
            Authors = Text("Author") is { } author ? [author] : [],
            Subject = Text("Subject"),
            Keywords = Text("Keywords") is { } words ? [.. words.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : [],
            Created = Date(Text("CreationDate")),
            Modified = Date(Text("ModDate")),
            Language = file.Resolve(catalog.Get("Lang")) is PdfString language ? PdfText.Of(language) : null,
            Pages = pages,
        };

        string? Text(string key) => file.Resolve(information?.Get(key)) is PdfString { Bytes.Length: > 0 and < 4096 } s ? PdfText.Of(s).Trim('\0', ' ') : null;
    }

    /// <summary>Dates of ISO 32000-1, 7.9.4: <c>D:YYYYMMDDHHmmSSOHH'mm'</c>, of which all after the year may be missing.</summary>
    private static DateTimeOffset? Date(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var digits = text.StartsWith("D:", StringComparison.Ordinal) ? text[2..] : text;
        var count = 0;
        while (count < digits.Length && count < 14 && char.IsAsciiDigit(digits[count]))
        {
            count++;
        }

        var format = count switch { >= 14 => "yyyyMMddHHmmss", >= 12 => "yyyyMMddHHmm", >= 8 => "yyyyMMdd", _ => null };
        if (format is null || !DateTime.TryParseExact(digits[..format.Length], format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return null;
        }

        var zone = digits[format.Length..].Replace("'", "", StringComparison.Ordinal);
        var offset = zone.Length >= 3 && zone[0] is '+' or '-' && int.TryParse(zone.AsSpan(1, 2), out var hours) && hours <= 14
            ? new TimeSpan(hours, zone.Length >= 5 && int.TryParse(zone.AsSpan(3, 2), out var minutes) && minutes < 60 && hours < 14 ? minutes : 0, 0) * (zone[0] == '-' ? -1 : 1)
            : TimeSpan.Zero;
        return local.Year is > 1 and < 9999 ? new DateTimeOffset(local, offset) : null;
    }
}
