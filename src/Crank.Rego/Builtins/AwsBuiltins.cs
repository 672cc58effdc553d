using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Crank.Rego.Builtins.Go;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Signatures of requests to Amazon Web Services (Signature Version 4, by header). Pure: nothing is sent.</summary>
internal static class AwsBuiltins
{
    private static readonly string[] RequiredConfiguration = ["aws_access_key", "aws_region", "aws_secret_access_key", "aws_service"];

    // Proxies may change these on the way, so they are not signed.
    private static readonly HashSet<string> Unsigned = ["authorization", "user-agent", "x-amzn-trace-id"];

    public static IEnumerable<Builtin> All => [new("providers.aws.sign_req", 3, true, Sign)];

    private static Value Sign(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var request = Operand.Object(arguments, 0);
        var configuration = Operand.Object(arguments, 1);
        Require(configuration, RequiredConfiguration, 1, "missing required AWS config parameters(s)", "invalid values for required AWS config parameters(s)");
        if (!Operand.Number(arguments, 2).TryGetInt64(out var nanoseconds) || arguments[2].NumberText().AsSpan().ContainsAny('e', 'E', '.'))
        {
            throw Operand.Wrong(2, "could not convert time_ns value into a unix timestamp");
        }

        HttpBuiltins.CheckKeys(request, 0);
        Require(request, ["method", "url"], 0, "missing required request parameters(s)", "invalid values for required request parameters(s)");
        var headers = request.Get("headers") switch
        {
            { IsUndefined: true } => ObjectValue.Empty,
            { Kind: ValueKind.Object } given => given.AsObject(),
            var other => throw Operand.WrongType(0, other, "object"),
        };
        GoUrl url;
        try
        {
            url = GoUrl.Parse(request.Get("url").AsString());
        }
        catch (FormatException wrong)
        {
            throw new BuiltinException(wrong.Message);
        }

        var withoutPayload = configuration.Get("disable_payload_signing") switch
        {
            { IsUndefined: true } => false,
            { Kind: ValueKind.Boolean } flag => flag.IsTrue,
            _ => throw Operand.Wrong(1, "invalid value for 'disable_payload_signing' in AWS config"),
        };
        var body = Body(request);
        context.Charge((body.Length / 16) + 1);
        var service = configuration.Get("aws_service").AsString();
        var moment = DateTime.UnixEpoch.AddTicks(nanoseconds / 100);
        var timestamp = moment.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var bodyHash = withoutPayload ? "UNSIGNED-PAYLOAD" : Convert.ToHexStringLower(SHA256.HashData(body));

        var own = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = url.Host, ["x-amz-date"] = timestamp };
        if (service is "s3" or "glacier" || withoutPayload)
        {
            own["x-amz-content-sha256"] = bodyHash;
        }

        if (configuration.Get("aws_session_token").TryGetString(out var session) && session.Length > 0)
        {
            own["x-amz-security-token"] = session;
        }

        var signed = new SortedDictionary<string, string>(own, StringComparer.Ordinal);
        var result = new ObjectBuilder();
        foreach (var (key, value) in headers)
        {
            var (name, text) = (key.TryGetString(out var k) ? k : "", value.TryGetString(out var v) ? v : "");
            result.Set(name, text);
            if (!Unsigned.Contains(name.ToLowerInvariant()))
            {
                signed[name.ToLowerInvariant()] = text;
            }
        }

        result.Set("Authorization", Authorization(configuration, request.Get("method").AsString(), url, signed, bodyHash, timestamp, service));
        foreach (var (name, value) in own)
        {
            result.Set(name, value);
        }

        var answer = new ObjectBuilder(request.Count + 1);
        foreach (var (key, value) in request)
        {
            answer.Set(key, value);
        }

        answer.Set("headers", result.ToObject());
        return answer.ToObject();
    }

    private static string Authorization(
        ObjectValue configuration, string method, GoUrl url, SortedDictionary<string, string> headers, string bodyHash, string timestamp, string service)
    {
        var names = string.Join(';', headers.Keys);
        var canonical = $"{method}\n{(url.RawPath.Length > 0 ? url.RawPath : url.EscapedPath)}\n{url.RawQuery}\n{string.Concat(headers.Select(static h => $"{h.Key}:{h.Value}\n"))}\n{names}\n{bodyHash}";
        var date = timestamp[..8];
        var scope = $"{date}/{configuration.Get("aws_region").AsString()}/{service}/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Bytes.FromText(canonical)))}";
        var key = Bytes.FromText("AWS4" + configuration.Get("aws_secret_access_key").AsString());
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Bytes.FromText(toSign)));
        return $"AWS4-HMAC-SHA256 Credential={configuration.Get("aws_access_key").AsString()}/{scope},SignedHeaders={names},Signature={signature}";
    }

    private static byte[] Body(ObjectValue request)
    {
        if (request.Get("raw_body") is { IsDefined: true } raw)
        {
            return raw.TryGetString(out var text) ? Bytes.FromText(text) : [];
        }

        return request.Get("body") is { IsDefined: true } body ? Bytes.FromText(JsonOut.Write(body, escapeHtml: true)) : [];
    }

    private static void Require(ObjectValue members, string[] names, int index, string missing, string invalid)
    {
        if (SetValue.Of([.. names.Where(name => !members.ContainsKey(name)).Select(Value.Of)]) is { Count: > 0 } absent)
        {
            throw Operand.Wrong(index, $"{missing}: {Value.Of(absent)}");
        }

        if (SetValue.Of([.. names.Where(name => members.Get(name).Kind != ValueKind.String).Select(Value.Of)]) is { Count: > 0 } wrong)
        {
            throw Operand.Wrong(index, $"{invalid}: {Value.Of(wrong)}");
        }
    }
}
