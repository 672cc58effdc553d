using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Bodies;
using Crank.Market;
using Crank.Schema;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>Reads the terms of a job: from the member <c>terms</c> of a JSON body, or from header fields beside a body of another kind.</summary>
internal sealed class TermsReader(Currency currency)
{
    private static readonly ImmutableArray<(string Member, string Field)> s_names =
    [
        ("budget", "Crank-Budget"), ("deadline", "Crank-Deadline"), ("prefer", "Crank-Prefer"), ("zones", "Crank-Zones"), ("dataClass", "Crank-Data-Class"),
        ("isolation", "Crank-Isolation"),
    ];

    private Terms _terms = Terms.Default;

    /// <summary>The header fields that say terms.</summary>
    public static IEnumerable<string> Fields => s_names.Select(n => n.Field);

    /// <summary>Terms from header fields.</summary>
    /// <exception cref="BadRequestException">A field cannot be read.</exception>
    public static Terms FromFields(HttpContext context, Currency currency)
    {
        var reader = new TermsReader(currency);
        foreach (var (member, field) in s_names)
        {
            var values = context.Request.Headers[field];
            if (values.Count > 0)
            {
                try
                {
                    reader.Set(member, values.ToString());
                }
                catch (FormatException e)
                {
                    throw new BadRequestException(ProblemCodes.BadRequest, $"The header field {field} cannot be read: {e.Message}");
                }
            }
        }

        return reader._terms;
    }

    /// <summary>Terms from the member <c>terms</c> of a body.</summary>
    /// <exception cref="BadRequestException">It does not say terms; every fault has its pointer.</exception>
    public static Terms FromJson(JsonElement json, Currency currency)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Wrong([new("/terms", "The terms are an object.")]);
        }

        var reader = new TermsReader(currency);
        var errors = new List<ProblemPointer>();
        foreach (var member in json.EnumerateObject())
        {
            var pointer = "/terms/" + StrictJson.Escape(member.Name);
            try
            {
                reader.Set(member.Name, Text(member.Name, member.Value));
            }
            catch (FormatException e)
            {
                errors.Add(new(pointer, e.Message));
            }
        }

        return errors.Count == 0 ? reader._terms : throw Wrong(errors);
    }

    private void Set(string name, string text) => _terms = name switch
    {
        "budget" => _terms with { Budget = Budget(text) },
        "deadline" => _terms with { Deadline = Duration.Parse(text) },
        "prefer" => _terms with { Prefer = Prefer(text) },
        "zones" => _terms with { Zones = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(z => Zone.Parse(z))] },
        "dataClass" => _terms with { DataClass = DataClass.Parse(text) },
        "isolation" => _terms with { MinIsolation = Isolation(text) },
        _ => throw new FormatException(NearestName.Find(name, s_names.Select(n => n.Member)) is { } near
            ? $"There are no terms '{name}'. Did you mean '{near}'?"
            : $"There are no terms '{name}'; there are {string.Join(", ", s_names.Select(n => n.Member))}."),
    };

    private Money Budget(string text) =>
        Money.TryParseAmount(text, currency, out var amount) || (Money.TryParse(text, null, out amount) && amount.Currency == currency)
            ? amount.Micros >= 0 ? amount : throw new FormatException($"A budget is not negative; '{text}' is.")
            : throw new FormatException($"'{text}' is not an amount in {currency} such as 0.05 (at most six decimals).");

    private static Preference Prefer(string text)
    {
        var preference = Preference.Parse(text);
        var known = Scorers.BuiltIn.Names;
        return preference.Weights.Select(w => w.Scorer).FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? throw new FormatException($"There is no preference '{unknown}'; there are {string.Join(", ", known)}.")
            : preference;
    }

    private static IsolationLevel Isolation(string text) => text switch
    {
        "none" => IsolationLevel.None,
        "weak" => IsolationLevel.Weak,
        "medium" => IsolationLevel.Medium,
        "strong" => IsolationLevel.Strong,
        "strong+" => IsolationLevel.StrongPlus,
        _ => throw new FormatException($"'{text}' is not an isolation; there are none, weak, medium, strong and strong+."),
    };

    private static string Text(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when name != "zones" => value.GetString()!,
        JsonValueKind.Number when name == "budget" => value.GetRawText(),
        JsonValueKind.Array when name == "zones" && value.EnumerateArray().All(z => z.ValueKind == JsonValueKind.String) => string.Join(',', value.EnumerateArray().Select(z => z.GetString())),
        _ => throw new FormatException(name == "zones" ? "The zones are a list of texts such as [\"de\", \"fr\"]." : $"'{name}' is a text."),
    };

    private static BadRequestException Wrong(List<ProblemPointer> errors) => new(ProblemCodes.BadInput, $"The terms cannot be read: {errors[0].Detail}", "See docs/http-api.md, Terms.", errors);
}
