using System.Collections.Frozen;
using System.Collections.Immutable;
using Crank.Doc.Reading;

namespace Crank.Doc.Detect;

/// <summary>All types that are known by content. The list in <c>docs/doc-formats.md</c> is held to this one by a test.</summary>
public static class FileTypes
{
    /// <summary>The types, those that are read first.</summary>
    public static ImmutableArray<FileType> All { get; } =
    [
        new("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document (Office Open XML)", ["docx", "docm", "dotx", "dotm"], DocumentFormat.Docx),
        new("html", "text/html", "HTML page", ["html", "htm", "xhtml"], DocumentFormat.Html),
        new("markdown", "text/markdown", "Markdown text", ["md", "markdown"], DocumentFormat.Markdown),
        new("csv", "text/csv", "Delimited text", ["csv", "tsv", "tab"], DocumentFormat.Csv),
        new("pdf", "application/pdf", "PDF document", ["pdf"], DocumentFormat.Pdf),
        new("text", "text/plain", "Plain text", ["txt", "text", "log", "asc"], DocumentFormat.Text),
        new("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook (Office Open XML)", ["xlsx", "xlsm", "xltx", "xlsb"]),
        new("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint presentation (Office Open XML)", ["pptx", "pptm", "ppsx", "potx"]),
        new("odt", "application/vnd.oasis.opendocument.text", "OpenDocument text", ["odt", "ott"]),
        new("ods", "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument spreadsheet", ["ods", "ots"]),
        new("odp", "application/vnd.oasis.opendocument.presentation", "OpenDocument presentation", ["odp", "otp"]),
        new("epub", "application/epub+zip", "EPUB book", ["epub"]),
        new("ooxml-encrypted", "application/x-ole-storage", "Office document with a password", ["docx", "xlsx", "pptx"]),
        new("doc", "application/msword", "Word document (97 to 2003)", ["doc", "dot"]),
        new("xls", "application/vnd.ms-excel", "Excel workbook (97 to 2003)", ["xls", "xlt"]),
        new("ppt", "application/vnd.ms-powerpoint", "PowerPoint presentation (97 to 2003)", ["ppt", "pps"]),
        new("msg", "application/vnd.ms-outlook", "Outlook message", ["msg"]),
        new("ole", "application/x-ole-storage", "OLE compound file", []),
        new("rtf", "application/rtf", "Rich Text Format", ["rtf"]),
        new("latex", "application/x-tex", "LaTeX source", ["tex", "latex", "ltx"]),
        new("eml", "message/rfc822", "Internet message", ["eml"]),
        new("mbox", "application/mbox", "Mailbox", ["mbox"]),
        new("webvtt", "text/vtt", "WebVTT captions", ["vtt"]),
        new("json", "application/json", "JSON", ["json"]),
        new("xml", "application/xml", "XML", ["xml"]),
        new("svg", "image/svg+xml", "SVG picture", ["svg"]),
        new("icalendar", "text/calendar", "iCalendar", ["ics"]),
        new("vcard", "text/vcard", "vCard", ["vcf"]),
        new("postscript", "application/postscript", "PostScript", ["ps", "eps"]),
        new("zip", "application/zip", "ZIP archive", ["zip"]),
        new("jar", "application/java-archive", "Java archive", ["jar"]),
        new("gzip", "application/gzip", "gzip file", ["gz", "tgz"]),
        new("bzip2", "application/x-bzip2", "bzip2 file", ["bz2"]),
        new("xz", "application/x-xz", "xz file", ["xz"]),
        new("zstd", "application/zstd", "Zstandard file", ["zst"]),
        new("7z", "application/x-7z-compressed", "7-Zip archive", ["7z"]),
        new("rar", "application/vnd.rar", "RAR archive", ["rar"]),
        new("tar", "application/x-tar", "tar archive", ["tar"]),
        new("png", "image/png", "PNG picture", ["png"]),
        new("jpeg", "image/jpeg", "JPEG picture", ["jpg", "jpeg"]),
        new("gif", "image/gif", "GIF picture", ["gif"]),
        new("tiff", "image/tiff", "TIFF picture", ["tif", "tiff"]),
        new("webp", "image/webp", "WebP picture", ["webp"]),
        new("bmp", "image/bmp", "BMP picture", ["bmp"]),
        new("heif", "image/heif", "HEIF picture", ["heic", "heif", "avif"]),
        new("mp4", "video/mp4", "MP4 film or sound", ["mp4", "m4a", "mov"]),
        new("mp3", "audio/mpeg", "MP3 sound", ["mp3"]),
        new("wav", "audio/wav", "WAVE sound", ["wav"]),
        new("ogg", "application/ogg", "Ogg sound or film", ["ogg", "oga", "ogv"]),
        new("exe", "application/vnd.microsoft.portable-executable", "Windows program", ["exe", "dll"]),
        new("elf", "application/x-elf", "Linux program", ["so"]),
        new("macho", "application/x-mach-binary", "macOS program", ["dylib"]),
        new("wasm", "application/wasm", "WebAssembly module", ["wasm"]),
        new("sqlite", "application/vnd.sqlite3", "SQLite database", ["sqlite", "db"]),
        new("parquet", "application/vnd.apache.parquet", "Parquet table", ["parquet"]),
    ];

    private static readonly FrozenDictionary<string, FileType> _byKey = All.ToFrozenDictionary(t => t.Key, StringComparer.Ordinal);

    /// <summary>The type of that key.</summary>
    public static FileType Of(string key) => _byKey[key];

    /// <summary>The type that is read by that reader.</summary>
    public static FileType Of(DocumentFormat format) => All.First(t => t.ReadAs == format);

    /// <summary>The first type whose names end in that extension; null when none does.</summary>
    public static FileType? ByExtension(string name)
    {
        var extension = Path.GetExtension(name).TrimStart('.').ToLowerInvariant();
        return extension.Length == 0 ? null : All.FirstOrDefault(t => t.Extensions.Contains(extension));
    }
}
