using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Crank.Rego.Builtins.Keys;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>JSON Web Tokens (RFC 7519) in compact serialization, signed (RFC 7515): decoding, verifying, signing.</summary>
internal static class TokenBuiltins
{
    private const int MaxNesting = 10;
    private const int MaxLength = 1 << 20;
    private static readonly Value Unverified = ArrayValue.Of(false, ObjectValue.Empty, ObjectValue.Empty);

    public static IEnumerable<Builtin> All =>
    [
        new("io.jwt.decode", 1, true, Decode),
        new("io.jwt.decode_verify", 2, false, DecodeAndVerify),
        new("io.jwt.encode_sign", 3, false, static (context, a) => Sign(
            context, JsonOut.Write(a[0], escapeHtml: true), JsonOut.Write(a[1], escapeHtml: true), JsonOut.Write(a[2]))),
        new("io.jwt.encode_sign_raw", 3, false, static (context, a) => Sign(context, Operand.Text(a, 0), Operand.Text(a, 1), Operand.Text(a, 2))),
        .. ((string[])["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]).Select(static algorithm =>
            new Builtin($"io.jwt.verify_{algorithm.ToLowerInvariant()}", 2, true, (context, a) => Verify(context, a, algorithm))),
        .. ((string[])["HS256", "HS384", "HS512"]).Select(static algorithm =>
            new Builtin($"io.jwt.verify_{algorithm.ToLowerInvariant()}", 2, true, (context, a) => VerifyMac(context, a, algorithm))),
    ];

    private sealed record Token(string Header, string Payload, string Signature)
    {
        public byte[] Signed => Encoding.ASCII.GetBytes($"{Header}.{Payload}");

        public static Token Of(BuiltinContext context, in Value value)
        {
            var text = value.TryGetString(out var given) ? given : throw Operand.WrongType(0, value, "string");
            if (text.Length > MaxLength)
            {
                throw new BuiltinException($"a token of {text.Length} characters, at most {MaxLength} are allowed");
            }

            context.Charge(text.Length / 16);
            var parts = text.Split('.');
            return parts.Length switch
            {
                1 => throw new BuiltinException("encoded JWT had no period separators"),
                3 => new(parts[0], parts[1], parts[2]),
                var count => throw new BuiltinException($"encoded JWT must have 3 sections, found {count}"),
            };
        }

        public ObjectValue ReadHeader()
        {
            ObjectValue header;
            try
            {
                header = Json(Part("header", Header));
            }
            catch (BuiltinException broken) when (!broken.Message.StartsWith("JWT header", StringComparison.Ordinal))
            {
                throw new BuiltinException($"bad JWT header: {broken.Message}");
            }

            return header.ContainsKey("enc") ? throw new BuiltinException("JWT is a JWE object, which is not supported") : header;
        }

        public string ReadPayload() => Bytes.ToText(Part("payload", Payload));

        public byte[] ReadSignature() => EncodingBuiltins.FromBase64Url(Signature);

        public static byte[] Part(string name, string text)
        {
            try
            {
                return EncodingBuiltins.FromBase64Url(text);
            }
            catch (BuiltinException broken)
            {
                throw new BuiltinException($"JWT {name} had invalid encoding: {broken.Message}");
            }
        }

        public static ObjectValue Json(byte[] utf8)
        {
            try
            {
                return JsonIn.Read(utf8) is { Kind: ValueKind.Object } value ? value.AsObject() : throw new BuiltinException("decoded JSON type was not an Object");
            }
            catch (ValueFormatException broken)
            {
                throw new BuiltinException($"invalid JSON: {broken.Message}");
            }
        }
    }

    /// <summary>The members of a header that verification looks at.</summary>
    private sealed record Header(string Algorithm, string KeyId, string ContentType, bool IsValid)
    {
        public static Header Of(ObjectValue members)
        {
            var critical = members.Get("crit");
            if (critical.IsDefined && critical.Kind != ValueKind.Array)
            {
                throw new BuiltinException("crit: must be a list");
            }

            if (critical.IsDefined && critical.AsArray().Count == 0)
            {
                throw new BuiltinException("crit: must be a nonempty list");
            }

            var unknown = critical.IsDefined
                && critical.AsArray().Any(name => members.ContainsKey(name) && !(name.TryGetString(out var text) && text is "alg" or "kid" or "typ" or "cty" or "crit"));
            Text(members, "typ");
            var algorithm = Text(members, "alg");
            return new(algorithm, Text(members, "kid"), Text(members, "cty"), algorithm.Length > 0 && !unknown);
        }

        private static string Text(ObjectValue members, string name) => members.Get(name) is not { IsDefined: true } value
            ? ""
            : value.TryGetString(out var text) ? text : throw new BuiltinException($"{name}: must be a string");
    }

    private static Value Decode(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var value = arguments[0];
        for (var depth = 0; depth < MaxNesting; depth++)
        {
            var token = Token.Of(context, value);
            var header = token.ReadHeader();
            var payload = token.ReadPayload();
            if (header.Get("cty").TryGetString(out var type) && type == "JWT")
            {
                // A token inside a token may stand in quotation marks.
                value = payload.Trim('"', '\'');
                continue;
            }

            return ArrayValue.Of(header, Token.Json(Bytes.FromText(payload)), Convert.ToHexStringLower(Token.Part("signature", token.Signature)));
        }

        throw new BuiltinException($"tokens are nested more than {MaxNesting} deep");
    }

    private static Value Verify(BuiltinContext context, ReadOnlySpan<Value> arguments, string algorithm)
    {
        var token = Token.Of(context, arguments[0]);
        var keys = Keys(context, Operand.Text(arguments, 1));
        var signature = token.ReadSignature();
        var header = Header.Of(token.ReadHeader());
        return Matches(keys, header, algorithm, token.Signed, signature);
    }

    // A key with the token's id decides alone; else any key whose own algorithm, if it says one, is the token's.
    private static bool Matches(List<SigningKey> keys, Header header, string algorithm, byte[] data, byte[] signature)
    {
        if (header.KeyId.Length > 0 && keys.Find(key => key.Id == header.KeyId) is { } named)
        {
            return Safely(named);
        }

        return keys.Exists(key => (key.Algorithm.Length == 0 || key.Algorithm == header.Algorithm) && Safely(key));

        bool Safely(SigningKey key)
        {
            try
            {
                return key.Verify(algorithm, data, signature);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    private static List<SigningKey> Keys(BuiltinContext context, string text)
    {
        // One text of keys serves many tokens of a decision.
        var cacheKey = ("io.jwt keys", text);
        if (context.Cache.TryGetValue(cacheKey, out var known))
        {
            return (List<SigningKey>)known;
        }

        context.Charge(text.Length / 16);
        var keys = KeyReader.PublicKeys(text);
        context.Cache[cacheKey] = keys;
        return keys;
    }

    private static Value VerifyMac(BuiltinContext context, ReadOnlySpan<Value> arguments, string algorithm)
    {
        _ = Operand.Text(arguments, 0);
        var secret = Operand.Text(arguments, 1);
        var token = Token.Of(context, arguments[0]);
        return new SigningKey.Secret(Bytes.FromText(secret)).Verify(algorithm, token.Signed, token.ReadSignature());
    }

    private static Value DecodeAndVerify(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var constraints = Constraints.Of(context, Operand.Object(arguments, 1));
        var value = arguments[0];
        for (var depth = 0; depth < MaxNesting; depth++)
        {
            var token = Token.Of(context, value);
            var members = token.ReadHeader();
            var header = Header.Of(members);
            if (!header.IsValid || (constraints.Algorithm.Length > 0 && constraints.Algorithm != header.Algorithm)
                || !Matches(constraints.Keys, header, header.Algorithm, token.Signed, token.ReadSignature()))
            {
                return Unverified;
            }

            var payload = token.ReadPayload();
            if (header.ContentType.Equals("JWT", StringComparison.OrdinalIgnoreCase))
            {
                value = payload;
                continue;
            }

            var claims = Token.Json(Bytes.FromText(payload));
            return constraints.Allow(claims) ? ArrayValue.Of(true, members, claims) : Unverified;
        }

        throw new BuiltinException($"tokens are nested more than {MaxNesting} deep");
    }

    /// <summary>What <c>io.jwt.decode_verify</c> is asked to check. The time is in nanoseconds.</summary>
    private sealed record Constraints(List<SigningKey> Keys, string Algorithm, string Issuer, string Audience, string Subject, double Time)
    {
        public static Constraints Of(BuiltinContext context, ObjectValue given)
        {
            List<SigningKey>? keys = null;
            var (secret, algorithm, issuer, audience, subject) = ("", "", "", "", "");
            var time = (double)context.NowNanoseconds;
            foreach (var (key, value) in given)
            {
                switch (key.TryGetString(out var name) ? name : "")
                {
                    case "cert":
                        keys = TokenBuiltins.Keys(context, Text("cert", value));
                        break;
                    case "secret":
                        secret = Text("secret", value);
                        break;
                    case "alg":
                        algorithm = Text("alg", value);
                        break;
                    case "iss":
                        issuer = Text("iss", value);
                        break;
                    case "aud":
                        audience = Text("aud", value);
                        break;
                    case "sub":
                        subject = Text("sub", value);
                        break;
                    case "time":
                        time = value.Kind == ValueKind.Number ? value.ToDouble() : throw new BuiltinException("token time constraint: must be a number");
                        if (time < 0)
                        {
                            throw new BuiltinException("token time constraint: must not be negative");
                        }

                        break;
                    default:
                        throw new BuiltinException($"unknown token validation constraint: {(key.TryGetString(out var text) ? text : key.ToString())}");
                }
            }

            if (keys is not null && secret.Length > 0)
            {
                throw new BuiltinException("duplicate key constraints");
            }

            keys ??= secret.Length > 0 ? [new SigningKey.Secret(Bytes.FromText(secret))] : throw new BuiltinException("no key constraint");
            return new(keys, algorithm, issuer, audience, subject, time);
        }

        public bool Allow(ObjectValue claims)
        {
            if ((Issuer.Length > 0 && !claims.Get("iss").Equals(Issuer)) || (Subject.Length > 0 && !claims.Get("sub").Equals(Subject)))
            {
                return false;
            }

            var audience = claims.Get("aud");
            var rightAudience = audience.IsUndefined
                ? Audience.Length == 0
                : audience.Kind == ValueKind.Array ? audience.AsArray().Any(one => one.Equals(Audience)) : audience.Equals(Audience);
            if (!rightAudience)
            {
                return false;
            }

            var now = Value.Number(Go.GoFloat.Format(Time / 1_000_000_000, 'g', -1));
            return !(Moment(claims, "exp") is { IsDefined: true } end && Order.Compare(now, end) >= 0)
                && !(Moment(claims, "nbf") is { IsDefined: true } start && Order.Compare(now, start) < 0);
        }

        private static Value Moment(ObjectValue claims, string name) => claims.Get(name) is { IsDefined: true } value && value.Kind != ValueKind.Number
            ? throw new BuiltinException($"{name} value must be a number")
            : claims.Get(name);

        private static string Text(string name, in Value value) => value.TryGetString(out var text) ? text : throw new BuiltinException($"{name} constraint: must be a string");
    }

    private static Value Sign(BuiltinContext context, string header, string payload, string key)
    {
        StringBuiltins.Charge(context, (header.Length + (long)payload.Length) * 2);
        SigningKey signer;
        try
        {
            signer = KeyReader.JsonWebKeys(JsonIn.Read(key)) is [var first, ..] ? first : throw new BuiltinException("no keys found in JWK set");
        }
        catch (ValueFormatException broken)
        {
            throw new BuiltinException($"failed to parse a JWK key (set): {broken.Message}");
        }

        var members = HeaderMembers(header);
        var algorithm = members.Get("alg").TryGetString(out var alg) ? alg : throw new BuiltinException("missing or invalid 'alg' header: jwsbb: header \"alg\" not found");
        if (!KeyReader.IsTokenAlgorithm(algorithm))
        {
            throw new BuiltinException($"unknown JWS algorithm: {algorithm}");
        }

        if ((!members.Get("typ").TryGetString(out var type) || type == "JWT") && !IsJson(payload))
        {
            throw new BuiltinException("type is JWT but payload is not JSON");
        }

        var signed = $"{Base64Url.EncodeToString(Bytes.FromText(header))}.{Base64Url.EncodeToString(Bytes.FromText(payload))}";
        try
        {
            return $"{signed}.{Base64Url.EncodeToString(signer.Sign(algorithm, Encoding.ASCII.GetBytes(signed)))}";
        }
        catch (CryptographicException refused)
        {
            throw new BuiltinException(refused.Message);
        }
    }

    private static ObjectValue HeaderMembers(string header)
    {
        if (header.Length == 0)
        {
            throw new BuiltinException("missing or invalid 'alg' header: cannot parse JSON: cannot parse empty string");
        }

        try
        {
            return JsonIn.Read(header) is { Kind: ValueKind.Object } value ? value.AsObject() : ObjectValue.Empty;
        }
        catch (ValueFormatException broken)
        {
            // What could begin a number is taken for one by the parser that OPA uses, and so has no members.
            return header.All(static c => char.IsAsciiDigit(c) || c is 'e' or 'E' or '+' or '-' or '.')
                ? ObjectValue.Empty
                : throw new BuiltinException($"missing or invalid 'alg' header: cannot parse JSON: {broken.Message}");
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonIn.Read(text);
            return true;
        }
        catch (ValueFormatException)
        {
            return false;
        }
    }
}
