using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crank.Cli.Terminal;

/// <summary>Where a command says things: results to standard output, everything for people to standard error, both as JSON when asked.</summary>
internal sealed class Answer(bool json, TextWriter output, TextWriter people)
{
    private static readonly JsonSerializerOptions s_line = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions s_indented = new(s_line) { WriteIndented = true };

    public bool Json { get; } = json;

    public TextWriter Output { get; } = output;

    public TextWriter People { get; } = people;

    /// <summary>Writes a result in one of its two forms.</summary>
    public void Write(Func<JsonNode> asJson, Action<TextWriter> asText)
    {
        if (Json)
        {
            Output.WriteLine(asJson().ToJsonString(s_indented));
        }
        else
        {
            asText(Output);
        }
    }

    /// <summary>Writes a result when JSON is asked for.</summary>
    public void WriteJson(Func<JsonNode> asJson)
    {
        if (Json)
        {
            Write(asJson, _ => { });
        }
    }

    /// <summary>Says something on the way, such as a warning.</summary>
    public void Note(string text) =>
        People.WriteLine(Json ? new JsonObject { ["note"] = text }.ToJsonString(s_line) : $"crank: {Plain(text)}");

    /// <summary>Says what went wrong, and what to try.</summary>
    /// <param name="exitCode">Given back.</param>
    /// <param name="code">What programs match on.</param>
    /// <param name="message">What was wrong.</param>
    /// <param name="attempt">What to try; empty for nothing.</param>
    /// <param name="more">What else JSON says of it.</param>
    public int Fail(int exitCode, string code, string message, string attempt, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        if (Json)
        {
            var said = new JsonObject { ["code"] = code, ["message"] = message, ["try"] = attempt, ["exit"] = exitCode };
            foreach (var (name, value) in more)
            {
                said[name] = value;
            }

            People.WriteLine(said.ToJsonString(s_line));
        }
        else
        {
            People.WriteLine($"crank: {Plain(message)}");
            if (attempt.Length > 0)
            {
                People.WriteLine($"       {Plain(attempt)}");
            }
        }

        return exitCode;
    }

    /// <summary>Text without control characters, so that a document or a worker cannot speak to the terminal.</summary>
    public static string Plain(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && text.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') < 0
            ? text
            : string.Concat(text.Select(c => char.IsControl(c) && c != '\n' ? '\ufffd' : c));
}
