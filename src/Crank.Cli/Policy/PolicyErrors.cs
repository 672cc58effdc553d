using System.Text.Json.Nodes;
using Crank.Cli.Terminal;
using Crank.Rego.Run;
using Crank.Rego.Syntax;

namespace Crank.Cli.Policy;

/// <summary>Says what is wrong with policies: for people with the source line and a caret, for programs in the shape of <c>opa</c>.</summary>
internal static class PolicyErrors
{
    /// <summary>Most errors that are shown; the others are counted.</summary>
    private const int MaxShown = 100;

    public static int Say(Answer answer, IReadOnlyList<PolicyMistake> mistakes)
    {
        var shown = mistakes.OrderBy(m => m.Error.File, StringComparer.Ordinal).ThenBy(m => m.Error.Row).ThenBy(m => m.Error.Column).Take(MaxShown).ToList();
        answer.WriteJson(() => new JsonObject { ["errors"] = new JsonArray([.. shown.Select(m => (JsonNode)Json(m))]) });
        if (!answer.Json)
        {
            foreach (var mistake in shown)
            {
                answer.People.WriteLine(Answer.Plain(Text(mistake)));
            }
        }

        var more = mistakes.Count > shown.Count ? $", of which {shown.Count} are shown" : "";
        return answer.Fail(ExitCode.BadInput, FailureCodes.BadInput, mistakes.Count == 1 ? "There is 1 error." : $"There are {mistakes.Count} errors{more}.", "");
    }

    /// <summary>What went wrong while a policy ran, as an error with a place.</summary>
    public static RegoError Of(EvaluationException exception)
    {
        var start = exception.Message.IndexOf(exception.Code, StringComparison.Ordinal) + exception.Code.Length + ": ".Length;
        return new(exception.Code, exception.Message[Math.Min(start, exception.Message.Length)..], exception.At);
    }

    public static string Text(PolicyMistake mistake) => mistake.Try is { } attempt ? $"{mistake.Error.Explain()}\n  {attempt}" : mistake.Error.Explain();

    public static JsonObject Json(PolicyMistake mistake)
    {
        var error = mistake.Error;
        var json = new JsonObject { ["code"] = error.Code, ["message"] = error.Message };
        if (error.At is { Row: > 0 } at)
        {
            json["location"] = Json(at);
            json["line"] = at.Source.LineAt(at.Offset);
        }

        if (error.Details.Count > 0)
        {
            json["details"] = new JsonArray([.. error.Details.Select(d => (JsonNode)d)]);
        }

        if (mistake.Try is { } attempt)
        {
            json["try"] = attempt;
        }

        return json;
    }

    public static JsonObject Json(Location at) => new() { ["file"] = at.File, ["row"] = at.Row, ["col"] = at.Column };
}
