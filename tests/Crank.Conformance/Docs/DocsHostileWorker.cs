using System.Text.Encodings.Web;
using System.Text.Json;
using Crank.Doc.Converting;
using Crank.Doc.Detect;
using Crank.Doc.Model;
using Crank.Doc.Reading;
using Crank.Doc.Writing;

namespace Crank.Conformance.Docs;

/// <summary>The converting side: reads names of files from standard input and answers each with one line, for as long as it lives.</summary>
public static class DocsHostileWorker
{
    public const string Argument = "docs-hostile-worker";

    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static int Run()
    {
        using var output = Console.OpenStandardOutput();
        while (Console.In.ReadLine() is { } file)
        {
            JsonSerializer.Serialize(output, Answer(file), _json);
            output.WriteByte((byte)'\n');
            output.Flush();
        }

        return 0;
    }

    private static DocsHostileReply Answer(string file)
    {
        var content = File.ReadAllBytes(file);
        var budget = new ReaderBudget(ReaderLimits.Default, TimeProvider.System, CancellationToken.None);
        try
        {
            var read = DocumentConversion.Read(content, Path.GetFileName(file), null, ReaderOptions.Default, budget);
            var text = DocumentConversion.Convert(read, OutputFormat.Text, WriterOptions.Default);
            return new DocsHostileReply(
                "ok",
                "",
                read.Type.Key,
                text.Text,
                DocumentConversion.Convert(read, OutputFormat.Markdown, WriterOptions.Default).Text,
                DocumentConversion.Convert(read, OutputFormat.Html, WriterOptions.Default).Text,
                [.. text.Findings.Select(f => Codes.Of(f.Kind))]);
        }
        catch (DocumentRefusedException e)
        {
            var format = content.Length == 0 ? null : TypeDetector.Detect(content, Path.GetFileName(file)).Type?.Key;
            return new DocsHostileReply(e.Code, e.Message, format, "", "", "", []);
        }
    }
}
