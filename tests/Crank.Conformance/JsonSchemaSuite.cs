using System.Text.Json;
using Crank.Schema;

namespace Crank.Conformance;

/// <summary>
/// JSON Schema 2020-12, required and optional files; a group of the report is a file. A schema that uses a keyword that the documentation
/// declares unsupported counts as declined, by that keyword; a supported one never does. Other drafts and <c>optional/format</c> (formats are
/// annotations here) are not run.
/// </summary>
public sealed class JsonSchemaSuite : Suite
{
    private const string Remotes = "http://localhost:1234/";

    public override string Name => "json-schema";

    public override async Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        var options = new SchemaOptions { Documents = await RemotesAsync(Path.Combine(folder, "remotes"), cancellationToken), AllowUnknownKeywords = true };
        var tests = Path.Combine(folder, "tests", "draft2020-12");
        foreach (var (files, prefix) in new[] { (tests, ""), (Path.Combine(tests, "optional"), "optional-") })
        {
            if (!Directory.Exists(files))
            {
                continue;
            }

            foreach (var file in Directory.GetFiles(files, "*.json").Order(StringComparer.Ordinal))
            {
                Run(prefix + Path.GetFileNameWithoutExtension(file), await ReadAsync(file, cancellationToken), options, report);
            }
        }
    }

    private static void Run(string file, JsonElement groups, SchemaOptions options, SuiteReport report)
    {
        var number = 0;
        foreach (var group in groups.EnumerateArray())
        {
            number++;
            JsonSchema? schema = null;
            SchemaException? refused = null;
            try
            {
                schema = JsonSchema.Compile(group.GetProperty("schema"), options);
            }
            catch (SchemaException e)
            {
                refused = e;
            }

            var test = 0;
            foreach (var one in group.GetProperty("tests").EnumerateArray())
            {
                var name = $"{file}/{number}.{++test} {group.GetProperty("description").GetString()}: {one.GetProperty("description").GetString()}";
                if (refused is not null)
                {
                    Refused(name, refused, report);
                }
                else
                {
                    Check(name, schema!, one, report);
                }
            }
        }
    }

    private static void Check(string name, JsonSchema schema, JsonElement test, SuiteReport report)
    {
        var expected = test.GetProperty("valid").GetBoolean();
        var result = schema.Validate(test.GetProperty("data"));
        if (schema.IsValid(test.GetProperty("data")) != result.IsValid)
        {
            report.Fail(name, "the quick answer and the full one disagree");
        }
        else
        {
            report.Check(name, result.IsValid == expected, $"valid should be {expected}; {string.Join("; ", result.Errors)}");
        }
    }

    private static void Refused(string name, SchemaException refused, SuiteReport report)
    {
        if (SchemaKeywords.Unsupported.Contains(refused.Keyword))
        {
            report.Decline(name, $"{refused.Keyword} is not supported");
        }
        else if (refused.Keyword == "$schema" && refused.Reason.Contains("json-schema.org/draft", StringComparison.Ordinal))
        {
            report.Decline(name, "refers to a document of another draft, which is refused under $schema");
        }
        else
        {
            report.Fail(name, refused.Message);
        }
    }

    private static async Task<Dictionary<string, JsonElement>> RemotesAsync(string folder, CancellationToken cancellationToken)
    {
        var documents = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories) : [])
        {
            documents.Add(Remotes + Path.GetRelativePath(folder, file).Replace('\\', '/'), await ReadAsync(file, cancellationToken));
        }

        return documents;
    }

    private static async Task<JsonElement> ReadAsync(string file, CancellationToken cancellationToken) =>
        JsonElement.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
}
