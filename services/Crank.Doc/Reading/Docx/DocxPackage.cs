using System.IO.Compression;
using System.Xml;

namespace Crank.Doc.Reading.Docx;

/// <summary>The parts of a package (ISO/IEC 29500-2), read in place: no name is ever used as a path, nothing is written, every byte unpacked is counted.</summary>
internal sealed class DocxPackage : IDisposable
{
    private const int MostParts = 5000;
    private static readonly byte[] OleSignature = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    private readonly ReaderBudget _budget;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _parts = new(StringComparer.OrdinalIgnoreCase);

    private DocxPackage(ZipArchive archive, ReaderBudget budget)
    {
        _archive = archive;
        _budget = budget;
        if (archive.Entries.Count > MostParts)
        {
            throw new DocumentRefusedException(RefusalReason.TooManyNodes, $"The package holds more than {MostParts} parts.");
        }

        foreach (var entry in archive.Entries)
        {
            var name = entry.FullName.Replace('\\', '/').TrimStart('/');
            if (!name.EndsWith('/') && !_parts.TryAdd(name, entry))
            {
                throw new DocumentRefusedException(RefusalReason.Damaged, "The package holds a part twice, so that two readers would see two documents.");
            }
        }
    }

    /// <summary>Names of all parts.</summary>
    public IReadOnlyCollection<string> Names => _parts.Keys;

    /// <exception cref="DocumentRefusedException">No package, encrypted, or damaged.</exception>
    public static DocxPackage Open(ReadOnlyMemory<byte> content, ReaderBudget budget)
    {
        var start = content.Span;
        if (start.StartsWith(OleSignature))
        {
            throw new DocumentRefusedException(RefusalReason.Encrypted, "This is an encrypted document, or one of Word's format before 2007. Save it without a password as .docx.");
        }

        if (!start.StartsWith("PK"u8))
        {
            throw new DocumentRefusedException(RefusalReason.WrongFormat, "These bytes are no .docx package: it would begin as a ZIP archive.");
        }

        return Guarded(() => new DocxPackage(new ZipArchive(new MemoryStream(content.ToArray(), writable: false), ZipArchiveMode.Read), budget));
    }

    public bool Has(string name) => _parts.ContainsKey(name);

    /// <summary>Reads one part as XML; false when the package has none of that name.</summary>
    /// <exception cref="DocumentRefusedException">Damaged, encrypted, a bomb, or XML with a document type.</exception>
    public bool Read(string? name, Action<XmlReader> read)
    {
        if (name is null || !_parts.TryGetValue(name, out var entry))
        {
            return false;
        }

        if (entry.IsEncrypted)
        {
            throw new DocumentRefusedException(RefusalReason.Encrypted, "The package's parts are encrypted. Save it without a password.");
        }

        return Guarded(() =>
        {
            using var counted = new CountedStream(entry.Open(), entry.CompressedLength, _budget);
            using var xml = XmlReader.Create(counted, new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                MaxCharactersInDocument = _budget.Limits.DecompressedBytes,
            });
            read(xml);
            return true;
        });
    }

    public void Dispose() => _archive.Dispose();

    private static T Guarded<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (XmlException e) when (e.Message.Contains("DTD", StringComparison.Ordinal))
        {
            throw new DocumentRefusedException(RefusalReason.ForbiddenXml, "A part declares a document type, which no word processor writes and which can hold entity bombs.", e);
        }
        catch (XmlException e)
        {
            throw new DocumentRefusedException(RefusalReason.Damaged, $"A part is no well-formed XML (line {e.LineNumber}). Open the document in a word processor and save it again.", e);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or IOException)
        {
            throw new DocumentRefusedException(RefusalReason.Damaged, "The package is damaged or uses a compression that is not read. Open the document in a word processor and save it again.", e);
        }
    }
}
