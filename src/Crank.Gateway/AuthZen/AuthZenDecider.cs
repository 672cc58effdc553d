using System.Buffers;
using System.Text.Json;
using Crank.Gateway.Identity;
using Crank.Gateway.Opa;
using Crank.Gateway.Opa.Sets;
using Crank.Rego.Builtins;
using Crank.Rego.Run;
using Crank.Rego.Values;

namespace Crank.Gateway.AuthZen;

/// <summary>Asks <c>data.crank.authzen.decision</c>. Default deny: what is undefined, fails or is no answer is a denial that says so.</summary>
internal sealed class AuthZenDecider(AskedBook book, Asker asker)
{
    /// <summary>The document that is asked.</summary>
    public const string Document = "crank/authzen/decision";

    private static readonly OpaPath s_path = OpaPath.Of(Document);

    public AuthZenAnswer Decide(AuthZenQuestion question, Caller caller, CancellationToken cancellationToken)
    {
        var input = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(input))
        {
            question.Write(json, caller.Tenant.Value, caller.Principal.Value);
        }

        var id = asker.NextId();
        try
        {
            var set = book.Current;
            var query = set.Query(s_path);
            return Read(asker.Ask(id, set, Document, query, query.ReadInput(input.WrittenSpan), caller, cancellationToken).Result, id.ToString());
        }
        catch (Exception e) when (e is EvaluationException or LimitException or ValueFormatException)
        {
            return AuthZenAnswer.Failed(500, $"The policy could not decide: {e.Message}", id.ToString());
        }
    }

    private static AuthZenAnswer Read(in Value answer, string id)
    {
        if (answer.Kind == ValueKind.Boolean)
        {
            return new(answer.IsTrue, default, [], null, 0, id);
        }

        if (answer.IsUndefined)
        {
            return AuthZenAnswer.Failed(404, "No policy decides this: data.crank.authzen.decision is undefined.", id);
        }

        if (answer.Kind != ValueKind.Object || Allowed(answer.AsObject()) is not { Kind: ValueKind.Boolean } allowed)
        {
            return AuthZenAnswer.Failed(500, "The policy gave no answer: data.crank.authzen.decision is a boolean, or an object with the boolean 'allow' or 'decision'.", id);
        }

        var members = answer.AsObject();
        var context = members.Get("context");
        var reasons = members.Get("reasons");
        return new(
            allowed.IsTrue, context.Kind == ValueKind.Object ? context : default,
            reasons.Kind switch
            {
                ValueKind.Array => [.. reasons.AsArray().Select(Text)],
                ValueKind.Set => [.. reasons.AsSet().Select(Text)],
                ValueKind.Object => [.. reasons.AsObject().Select(r => Text(r.Value))],
                _ => [],
            },
            null, 0, id);
    }

    /// <summary>Two words for one thing: when both are there, both must say yes.</summary>
    private static Value Allowed(ObjectValue members)
    {
        var (allow, decision) = (members.Get("allow"), members.Get("decision"));
        return allow.IsUndefined ? decision : decision.IsUndefined ? allow : allow.Kind != ValueKind.Boolean || decision.Kind != ValueKind.Boolean ? default : Value.Of(allow.IsTrue && decision.IsTrue);
    }

    private static string Text(Value reason) =>
        reason.TryGetString(out var text) ? text
        : reason.Kind == ValueKind.Object && reason.AsObject().Get("message").TryGetString(out var message) ? message
        : JsonOut.Write(reason);
}
