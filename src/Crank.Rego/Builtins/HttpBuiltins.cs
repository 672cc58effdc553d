using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Crank.Rego.Builtins.Go;
using Crank.Rego.Builtins.Yaml;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>
/// What leaves the process: <c>http.send</c> and <c>net.lookup_ip_addr</c>. Both are refused unless the policy set's capabilities name the host; then
/// time, size and redirects are bounded, and a redirect may lead to allowed hosts only.
/// </summary>
internal static class HttpBuiltins
{
    private const int MaxResponseBytes = 4 << 20;
    private const int MaxRedirects = 10;
    private const int MaxAddresses = 256;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(60);

    // Caching is a hint: every request of a decision is sent once, and its answer recorded.
    private static readonly HashSet<string> Known =
    [
        "method", "url", "body", "enable_redirect", "force_json_decode", "force_yaml_decode", "headers", "raw_body", "tls_use_system_certs", "tls_ca_cert", "tls_ca_cert_file",
        "tls_ca_cert_env_variable", "tls_client_cert", "tls_client_cert_file", "tls_client_cert_env_variable", "tls_client_key", "tls_client_key_file",
        "tls_client_key_env_variable", "tls_insecure_skip_verify", "tls_server_name", "timeout", "cache", "force_cache", "force_cache_duration_seconds", "raise_error",
        "caching_mode", "max_retry_attempts", "cache_ignored_headers",
    ];

    public static IEnumerable<Builtin> All =>
    [
        new("http.send", 1, false, Send),
        new("net.lookup_ip_addr", 1, false, Lookup),
    ];

    /// <summary>Refuses members that no request has.</summary>
    internal static void CheckKeys(ObjectValue request, int index)
    {
        if (SetValue.Of([.. request.Select(static member => member.Key).Where(static key => !(key.TryGetString(out var name) && Known.Contains(name)))]) is { Count: > 0 } unknown)
        {
            throw Operand.Wrong(index, $"invalid request parameters(s): {Value.Of(unknown)}");
        }

        if (SetValue.Of([.. ((string[])["method", "url"]).Where(name => !request.ContainsKey(name)).Select(Value.Of)]) is { Count: > 0 } missing)
        {
            throw Operand.Wrong(index, $"missing required request parameters(s): {Value.Of(missing)}");
        }
    }

    private static Value Send(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var request = Operand.Object(arguments, 0);
        CheckKeys(request, 0);
        if (request.Select(static member => member.Key.AsString()).FirstOrDefault(static name => name.StartsWith("tls_", StringComparison.Ordinal) && name != "tls_use_system_certs") is { } tls)
        {
            throw new BuiltinException($"request parameter '{tls}' is not supported; the machine's trusted certificates are used");
        }

        var raises = !request.Get("raise_error").IsFalse;
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
            deadline.CancelAfter(Timeout(request));
            return Exchange(context, request, deadline.Token);
        }
        catch (Exception failed) when (failed is HttpRequestException or SocketException or IOException || (failed is OperationCanceledException && !context.Cancellation.IsCancellationRequested))
        {
            var message = failed is OperationCanceledException ? $"{request.Get("method").AsString().ToUpperInvariant()} {request.Get("url").AsString()}: request timed out" : failed.Message;
            if (raises)
            {
                throw new BuiltinException(message);
            }

            var error = new ObjectBuilder();
            error.Set("code", "eval_http_send_network_error");
            error.Set("message", message);
            var result = new ObjectBuilder();
            result.Set("status_code", 0);
            result.Set("error", error.ToObject());
            return result.ToObject();
        }
    }

    private static TimeSpan Timeout(ObjectValue request)
    {
        var given = request.Get("timeout");
        TimeSpan timeout;
        try
        {
            timeout = given.Kind switch
            {
                ValueKind.Undefined => DefaultTimeout,
                ValueKind.String => TimeSpan.FromTicks(GoDuration.Parse(given.AsString()) / 100),
                ValueKind.Number when given.TryGetInt64(out var nanoseconds) => TimeSpan.FromTicks(nanoseconds / 100),
                _ => throw new BuiltinException("'timeout' must be one of {string, number}"),
            };
        }
        catch (FormatException wrong)
        {
            throw new BuiltinException(wrong.Message);
        }

        return timeout <= TimeSpan.Zero || timeout > MaxTimeout ? MaxTimeout : timeout;
    }

    // Synchronous on purpose: a decision is computed on one thread, and waits for what it asks for.
    private static Value Exchange(BuiltinContext context, ObjectValue request, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.All };
        using var client = new HttpMessageInvoker(handler);
        var address = Allowed(context, Text(request, "url"));
        var method = new HttpMethod(Text(request, "method").ToUpperInvariant());
        var follows = request.Get("enable_redirect").IsTrue;
        for (var redirects = 0; ; redirects++)
        {
            context.Charge(1_000);
            using var message = Message(request, method, address);
            using var response = client.Send(message, cancellation);
            if (follows && (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                if (redirects == MaxRedirects)
                {
                    throw new BuiltinException($"stopped after {MaxRedirects} redirects");
                }

                address = Allowed(context, new Uri(address, location).AbsoluteUri);
                method = (int)response.StatusCode is 307 or 308 || method == HttpMethod.Head ? method : HttpMethod.Get;
                continue;
            }

            return Answer(context, request, response, cancellation);
        }
    }

    private static string Text(ObjectValue request, string name) =>
        request.Get(name).TryGetString(out var text) ? text : throw Operand.Wrong(0, $"invalid values for required request parameters(s): {Value.Of(SetValue.Of(name))}");

    private static Uri Allowed(BuiltinContext context, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new BuiltinException($"url {GoQuote.Quote(url)} is no absolute http or https address");
        }

        RequireHost(context, address.IdnHost);
        return address;
    }

    private static void RequireHost(BuiltinContext context, string host)
    {
        if (!context.Capabilities.AllowedHosts.Contains(host))
        {
            throw new BuiltinException($"unallowed host: {host}; name it in the capabilities of the policy set to allow requests to it");
        }
    }

    private static HttpRequestMessage Message(ObjectValue request, HttpMethod method, Uri address)
    {
        var message = new HttpRequestMessage(method, address);
        var body = request.Get("raw_body") is { IsDefined: true } raw
            ? raw.TryGetString(out var text) ? Bytes.FromText(text) : throw new BuiltinException("'raw_body' must be a string")
            : request.Get("body") is { IsDefined: true } value ? Bytes.FromText(JsonOut.Write(value)) : null;
        if (body is not null)
        {
            message.Content = new ByteArrayContent(body);
        }

        if (request.Get("headers") is { Kind: ValueKind.Object } headers)
        {
            foreach (var (key, item) in headers.AsObject())
            {
                var (name, header) = (key.TryGetString(out var k) ? k : "", item.TryGetString(out var v) ? v : throw new BuiltinException($"invalid type for headers value {item}"));
                if (!message.Headers.TryAddWithoutValidation(name, header))
                {
                    message.Content ??= new ByteArrayContent([]);
                    message.Content.Headers.Remove(name);
                    message.Content.Headers.TryAddWithoutValidation(name, header);
                }
            }
        }

        return message;
    }

    private static Value Answer(BuiltinContext context, ObjectValue request, HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = Read(response, cancellation);
        context.Charge(bytes.Length / 16);
        var raw = Bytes.ToText(bytes);
        var headers = new ObjectBuilder();
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            headers.Set(name.ToLowerInvariant(), ArrayValue.Of([.. values.Select(Value.Of)]));
        }

        var result = new ObjectBuilder();
        result.Set("status", $"{(int)response.StatusCode} {response.ReasonPhrase}");
        result.Set("status_code", (int)response.StatusCode);
        result.Set("raw_body", raw);
        result.Set("headers", headers.ToObject());
        result.Set("body", Decoded(context, request, response.Content.Headers.ContentType, raw));
        return result.ToObject();
    }

    private static byte[] Read(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var stream = response.Content.ReadAsStream(cancellation);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 << 10];
        for (int read; (read = stream.Read(chunk)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (buffer.Length + read > MaxResponseBytes)
            {
                throw new BuiltinException($"the response has more than {MaxResponseBytes} bytes");
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static Value Decoded(BuiltinContext context, ObjectValue request, MediaTypeHeaderValue? type, string raw)
    {
        var (forceJson, forceYaml) = (request.Get("force_json_decode").IsTrue, request.Get("force_yaml_decode").IsTrue);
        if (forceYaml || (!forceJson && type?.MediaType is "application/yaml" or "application/x-yaml"))
        {
            return YamlReader.Read(context, raw);
        }

        return forceJson || type?.MediaType == "application/json" ? raw.Length == 0 ? Value.Null : EncodingBuiltins.ReadJson(context, raw) : Value.Null;
    }

    private static Value Lookup(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var name = Operand.Text(arguments, 0);
        if (IpAddress.TryParse(name) is { } literal)
        {
            return SetValue.Of(literal.ToString());
        }

        // Every machine knows itself by this name (RFC 6761), without asking anyone.
        if (name.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return SetValue.Of("127.0.0.1", "::1");
        }

        RequireHost(context, name);
        context.Charge(1_000);
        try
        {
            var result = new SetBuilder();
            foreach (var address in Dns.GetHostAddresses(name).Take(MaxAddresses))
            {
                result.Add(address.ToString());
            }

            return result.ToSet();
        }
        catch (SocketException unknown)
        {
            throw new BuiltinException($"lookup {name}: {unknown.Message}");
        }
    }
}
