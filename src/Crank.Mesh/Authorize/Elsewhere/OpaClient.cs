using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crank.Rego.Values;

namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>Asks another OPA over its REST API: <c>POST /v1/data/PATH</c> with the same input document. No redirect, no proxy, no cookie; answers are bounded in size and time.</summary>
internal sealed class OpaClient : IDisposable
{
    private const int MaxAnswer = 1 << 20;
    private const int MaxToken = 16 * 1024;
    private const int MaxRevision = 200;

    private readonly OpaSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Uri _address;
    private readonly HttpClient _http;
    private readonly X509Certificate2Collection? _authorities;

    /// <param name="settings">Where it is. They have no faults.</param>
    /// <param name="clock">The clock behind the time limit.</param>
    /// <exception cref="CryptographicException">The file of authorities holds none.</exception>
    /// <exception cref="IOException">The file of authorities cannot be read.</exception>
    public OpaClient(OpaSettings settings, TimeProvider clock)
    {
        (_settings, _clock) = (settings, clock);
        _address = new(settings.Url!.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/v1/data/" + settings.Path.Trim('/') + "?provenance=true");
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = settings.Timeout,
            MaxResponseHeadersLength = 16,
            // A name is resolved anew for each minute of connections, so that one which moves is followed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        };
        if (settings.Authority is { } file)
        {
            _authorities = [];
            _authorities.ImportFromPemFile(file);
            if (_authorities.Count == 0)
            {
                throw new CryptographicException($"policy.opa.authority: '{file}' holds no certificate.");
            }

            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors);
        }

        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Asks once. Never throws for what the other side does.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<OpaReply> AskAsync(Value input, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        body.Write("{\"input\":"u8);
        JsonOut.Write(body, input);
        body.Write("}"u8);
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Accept.Add(new("application/json"));
        using var late = new CancellationTokenSource(_settings.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            if (_settings.TokenFile is { } file)
            {
                if (await TokenAsync(file, either.Token) is not { } token)
                {
                    return OpaReply.Failed(OpaRules.Token, "The token for it cannot be read.");
                }

                request.Headers.Authorization = new("Bearer", token);
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.StatusCode == HttpStatusCode.OK
                ? await ReadAsync(response, either.Token)
                : OpaReply.Failed(OpaRules.Status, $"It answered with status {(int)response.StatusCode}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return OpaReply.Failed(OpaRules.Late, $"It did not answer within {_settings.Timeout.TotalMilliseconds:0} ms.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return OpaReply.Failed(OpaRules.Unreachable, e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } ? "Its certificate is not trusted." : "It cannot be reached.");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        foreach (var authority in _authorities ?? [])
        {
            authority.Dispose();
        }
    }

    private static async Task<OpaReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using (stream.ConfigureAwait(false))
        {
            var body = new ArrayBufferWriter<byte>(1024);
            int read;
            while ((read = await stream.ReadAsync(body.GetMemory(4096), cancellationToken)) > 0)
            {
                body.Advance(read);
                if (body.WrittenCount > MaxAnswer)
                {
                    return OpaReply.Failed(OpaRules.Answer, $"Its answer has more than {MaxAnswer:N0} bytes.");
                }
            }

            try
            {
                return Of(JsonIn.Read(body.WrittenSpan));
            }
            catch (ValueFormatException e)
            {
                return OpaReply.Failed(OpaRules.Answer, $"Its answer is not JSON: {e.Message}");
            }
        }
    }

    private static OpaReply Of(Value answer)
    {
        if (answer.Kind != ValueKind.Object)
        {
            return OpaReply.Failed(OpaRules.Answer, "Its answer is not an object.");
        }

        var result = answer.AsObject().Get("result");
        return result.IsDefined
            ? new(result, RevisionOf(answer.AsObject().Get("provenance")), null, "")
            : OpaReply.Failed(OpaRules.Undefined, "It has no answer: the document is undefined for this input.");
    }

    private static string RevisionOf(Value provenance)
    {
        if (provenance.Kind != ValueKind.Object)
        {
            return "";
        }

        var bundles = provenance.AsObject().Get("bundles");
        var text = bundles.Kind == ValueKind.Object
            ? string.Join(',', bundles.AsObject().Select(b => $"{(b.Key.TryGetString(out var name) ? name : "")}={(b.Value.Kind == ValueKind.Object && b.Value.AsObject().Get("revision").TryGetString(out var r) ? r : "")}"))
            : provenance.AsObject().Get("revision").TryGetString(out var single) ? single : "";
        return text.Length <= MaxRevision ? text : text[..MaxRevision];
    }

    /// <summary>The token; null when the file holds none that a header can carry.</summary>
    private static async Task<string?> TokenAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file).Length > MaxToken)
            {
                return null;
            }

            var token = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
            return token.Length > 0 && token.All(c => c is > ' ' and <= '~') ? token : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The name must fit as ever; the chain must end at one of the named authorities.</summary>
    private bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 own || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(own);
    }
}
