using System.Text;
using Crank.Doc.Model;
using Crank.Doc.Reading;
using Crank.Doc.Writing;

namespace Crank.Doc.Tests;

/// <summary>Short ways to read and write in tests.</summary>
internal static class Reading
{
    public static ReaderBudget Budget(ReaderLimits? limits = null) => new(limits ?? ReaderLimits.Default, TimeProvider.System, TestContext.Current.CancellationToken);

    public static Document Markdown(string text, ReaderOptions? options = null, ReaderLimits? limits = null) =>
        DocumentReaders.Read(DocumentFormat.Markdown, Encoding.UTF8.GetBytes(text), options ?? ReaderOptions.Default, Budget(limits));

    public static Document Html(string text, ReaderLimits? limits = null) =>
        DocumentReaders.Read(DocumentFormat.Html, Encoding.UTF8.GetBytes(text), ReaderOptions.Default, Budget(limits));

    public static Document Docx(byte[] bytes, ReaderLimits? limits = null) => DocumentReaders.Read(DocumentFormat.Docx, bytes, ReaderOptions.Default, Budget(limits));

    public static string ToHtml(this Document document) => DocumentWriters.Write(OutputFormat.Html, document, new WriterOptions { Fragment = true }).Text;

    public static string ToMarkdown(this Document document) => DocumentWriters.Write(OutputFormat.Markdown, document, WriterOptions.Default).Text;

    public static string ToText(this Document document) => DocumentWriters.Write(OutputFormat.Text, document, WriterOptions.Default).Text;

    public static int Count(this Document document, LossKind kind) => document.Losses.SingleOrDefault(l => l.Kind == kind)?.Count ?? 0;

    public static bool Found(this Document document, FindingKind kind) => document.Findings.Any(f => f.Kind == kind);
}
