using Crank.Mesh.Authorize;
using Crank.Mesh.Authorize.Log;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Cli.Policy.History;

/// <summary>A question that was asked once and can be asked again.</summary>
/// <param name="Decision">Names the decision.</param>
/// <param name="Query">What was asked, e.g. <c>data.crank.access.decision</c>.</param>
/// <param name="Input">The input.</param>
/// <param name="Recorded">What builtins gave that depend on time, chance or network; null for none.</param>
/// <param name="IsMasked">Whether parts of the input were taken out or replaced.</param>
internal sealed record LoggedQuestion(string Decision, string Query, Value Input, IReadOnlyDictionary<Value, Value>? Recorded, bool IsMasked)
{
    /// <summary>The questions whose inputs a data folder keeps.</summary>
    public static IEnumerable<LoggedQuestion?> Of(SealedInputs inputs) =>
        inputs.All().Select(static kept => new LoggedQuestion(kept.Decision.ToString(), kept.Topic.Query(), kept.Input, kept.Recorded, false));

    /// <summary>The questions of a decision log, one of ours or of OPA's: a line that has no question is null; marks, what no policy was asked, and what a shadow was asked besides are left out.</summary>
    /// <exception cref="CliException">The file is no decision log.</exception>
    public static IEnumerable<LoggedQuestion?> Of(string file)
    {
        var number = 0;
        foreach (var (line, _) in LogAudit.Lines(file))
        {
            number++;
            if (line.AsSpan().IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                continue;
            }

            var value = Read(file, number, line);
            if (value.Get("path") != LogMark.Path && value.Get("path") != DecisionLog.OverruledPath && value.Get("custom").Get("crank").Get("shadow").IsUndefined)
            {
                yield return Question(value);
            }
        }
    }

    private static LoggedQuestion? Question(in Value value)
    {
        // An event without input was asked without one, unless that was taken out whole.
        if (!value.Get("path").TryGetString(out var path) || Takes(value, "erased").Contains("/input", StringComparer.Ordinal))
        {
            return null;
        }

        var isMasked = Takes(value, "erased").Concat(Takes(value, "masked")).Any(static p => p.StartsWith("/input", StringComparison.Ordinal));
        return new(
            value.Get("decision_id").TryGetString(out var id) ? id : "", QueryOf(path), value.Get("input"), RecordedBuiltins.FromCache(value.Get("nd_builtin_cache")), isMasked);
    }

    private static IEnumerable<string> Takes(Value value, string name) =>
        value.Get(name) is { Kind: ValueKind.Array } list ? list.AsArray().Select(static p => p.TryGetString(out var path) ? path : "") : [];

    private static string QueryOf(string path) => "data" + string.Concat(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(static part => $"[{JsonOut.Write(part)}]"));

    private static Value Read(string file, int number, byte[] line)
    {
        try
        {
            return JsonIn.Read(line) is { Kind: ValueKind.Object } value ? value : throw new ValueFormatException("It is no object.");
        }
        catch (ValueFormatException e)
        {
            throw new CliException(ExitCode.BadInput, $"'{file}' line {number} is no event of a decision log: {e.Message}", "A decision log has one JSON object a line.");
        }
    }
}
