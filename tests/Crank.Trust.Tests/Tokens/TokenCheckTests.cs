using System.Security.Cryptography;
using System.Text;
using Crank.Trust.Jose;
using Crank.Trust.Tests.Jose;
using Crank.Trust.Tokens;
using CsCheck;

namespace Crank.Trust.Tests.Tokens;

public sealed class TokenCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly Jwk Key = Forge.Elliptic("k1");
    private static readonly TokenRule Rule = TokenRule.For("https://issuer.example", "crank");
    private static readonly long Second = Now.ToUnixTimeSeconds();

    [Fact]
    public void A_good_token_says_who_it_is_about()
    {
        Assert.True(Verify(Token(Claims()), out var claims, out _));
        Assert.Equal(("https://issuer.example", "alice", Now.AddMinutes(5)), (claims!.Issuer, claims.Subject, claims.Expires));
        Assert.Equal(["jobs:read", "jobs:write"], claims.Words("scope"));
    }

    [Theory]
    [InlineData("none"), InlineData("None"), InlineData("HS256"), InlineData("RS1"), InlineData("ES256K")]
    public void An_algorithm_that_is_not_accepted_is_refused(string algorithm) =>
        Assert.Equal(TokenFault.Algorithm, FaultOf(Forge.Unsigned($$"""{"alg":"{{algorithm}}","kid":"k1"}""", Claims(), algorithm == "none" ? "" : "AAAA")));

    [Fact]
    public void A_token_signed_with_the_public_key_as_a_secret_is_refused_even_when_the_rule_names_the_algorithm()
    {
        var secret = Jwk.Symmetric(Encoding.UTF8.GetBytes(Forge.Public(Key).ToJson()));
        var forged = Forge.Sign(secret, "HS256", """{"alg":"HS256","kid":"k1"}""", Claims());
        Assert.False(TokenCheck.TryVerify(forged, Rule with { Algorithms = ["ES256", "HS256"] }, [Forge.Public(Key)], Now, out _, out var fault));
        Assert.Equal(TokenFault.Algorithm, fault);
    }

    [Fact]
    public void A_token_that_brings_its_own_key_is_refused()
    {
        var own = Forge.Elliptic("k1");
        Assert.Equal(TokenFault.Header, FaultOf(Forge.Sign(own, "ES256", $$"""{"alg":"ES256","kid":"k1","jwk":{{own.ToJson()}}}""", Claims())));
        Assert.Equal(TokenFault.Header, FaultOf(Forge.Sign(Key, "ES256", """{"alg":"ES256","kid":"k1","jku":"https://evil.example"}""", Claims())));
    }

    [Theory]
    [InlineData("""{"alg":"ES256","kid":"k1","crit":["urn:x"],"urn:x":1}""")]
    [InlineData("""{"alg":"ES256","kid":"k1","b64":false,"crit":["b64"]}""")]
    [InlineData("""{"alg":"ES256","kid":"k1","typ":"logout+jwt"}""")]
    public void A_header_that_asks_for_more_than_is_understood_is_refused(string header) =>
        Assert.Equal(TokenFault.Header, FaultOf(Forge.Sign(Key, "ES256", header, Claims())));

    [Fact]
    public void Another_key_or_an_unknown_one_is_refused()
    {
        Assert.Equal(TokenFault.Signature, FaultOf(Forge.Sign(Forge.Elliptic("k1"), "ES256", """{"alg":"ES256","kid":"k1"}""", Claims())));
        Assert.Equal(TokenFault.UnknownKey, FaultOf(Forge.Sign(Key, "ES256", """{"alg":"ES256","kid":"k2"}""", Claims())));
    }

    [Theory]
    [InlineData("iss", "\"https://issuer.example/\"", TokenFault.Issuer)]
    [InlineData("iss", "null", TokenFault.Issuer)]
    [InlineData("aud", "\"other\"", TokenFault.Audience)]
    [InlineData("aud", "[]", TokenFault.Audience)]
    [InlineData("aud", "[\"other\",\"crank2\"]", TokenFault.Audience)]
    [InlineData("aud", "[\"crank\",1]", TokenFault.Audience)]
    [InlineData("aud", null, TokenFault.Audience)]
    [InlineData("exp", null, TokenFault.Claims)]
    [InlineData("exp", "\"1\"", TokenFault.Claims)]
    [InlineData("exp", "-1", TokenFault.Claims)]
    [InlineData("exp", "1e300", TokenFault.Claims)]
    [InlineData("nbf", "\"soon\"", TokenFault.Claims)]
    [InlineData("sub", null, TokenFault.Claims)]
    [InlineData("sub", "\"\"", TokenFault.Claims)]
    [InlineData("jti", "7", TokenFault.Claims)]
    public void A_claim_that_is_wrong_or_missing_is_refused(string name, string? json, TokenFault expected) => Assert.Equal(expected, FaultOf(Token(Claims((name, json)))));

    [Theory]
    [InlineData(-59, null), InlineData(-60, TokenFault.Expired), InlineData(-3600, TokenFault.Expired)]
    public void The_end_counts_to_the_second_with_the_allowed_skew(int seconds, TokenFault? expected) =>
        Assert.Equal(expected, FaultOf(Token(Claims(("exp", $"{Second + seconds}"), ("iat", $"{Second - 7200}")))));

    [Theory]
    [InlineData("nbf", 60, null), InlineData("nbf", 61, TokenFault.NotYet), InlineData("iat", 60, null), InlineData("iat", 61, TokenFault.NotYet)]
    public void The_beginning_counts_to_the_second_with_the_allowed_skew(string name, int seconds, TokenFault? expected) =>
        Assert.Equal(expected, FaultOf(Token(Claims((name, $"{Second + seconds}")))));

    [Fact]
    public void A_token_that_lives_too_long_is_refused() =>
        Assert.Equal(TokenFault.Claims, FaultOf(Token(Claims(("exp", $"{Second + (2 * 86_400)}")))));

    [Fact]
    public void A_token_for_one_use_needs_an_id()
    {
        Assert.False(TokenCheck.TryVerify(Token(Claims()), Rule with { OneTime = true }, [Key], Now, out _, out var fault));
        Assert.Equal(TokenFault.Claims, fault);
        Assert.True(TokenCheck.TryVerify(Token(Claims(("jti", "\"a\""))), Rule with { OneTime = true }, [Key], Now, out var claims, out _));
        Assert.Equal("a", claims.TokenId);
    }

    [Fact]
    public void A_claims_set_with_a_name_twice_is_refused() =>
        Assert.Equal(TokenFault.Malformed, FaultOf(Token(Claims().Replace("{", "{\"sub\":\"mallory\",", StringComparison.Ordinal))));

    [Fact]
    public void Any_changed_letter_of_a_token_is_refused()
    {
        var token = Token(Claims());
        Gen.Int[0, token.Length - 1].Sample(i =>
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            return !TokenCheck.TryVerify(changed, Rule, [Key], Now, out _, out _);
        });
    }

    [Fact]
    public void A_token_that_is_too_long_or_in_JSON_is_malformed()
    {
        Assert.Equal(TokenFault.Malformed, FaultOf(new string('a', TokenCheck.MaxToken + 1)));
        Assert.Equal(TokenFault.Malformed, FaultOf("{}"));
        Assert.Equal(TokenFault.Malformed, FaultOf(Convert.ToHexString(RandomNumberGenerator.GetBytes(8))));
    }

    [Fact]
    public void A_peek_tells_issuer_and_key_and_nothing_more()
    {
        Assert.True(TokenCheck.TryPeek(Token(Claims()), out var issuer, out var keyId));
        Assert.Equal(("https://issuer.example", "k1"), (issuer, keyId!));
        Assert.False(TokenCheck.TryPeek("a.b.c", out _, out _));
    }

    private static string Claims(params (string Name, string? Json)[] changes)
    {
        var claims = new Dictionary<string, string?>
        {
            ["iss"] = "\"https://issuer.example\"",
            ["aud"] = "[\"crank\",\"other\"]",
            ["sub"] = "\"alice\"",
            ["exp"] = $"{Second + 300}",
            ["iat"] = $"{Second}",
            ["scope"] = "\"jobs:read jobs:write\"",
        };
        foreach (var (name, json) in changes)
        {
            claims[name] = json;
        }

        return $"{{{string.Join(',', claims.Where(c => c.Value is not null).Select(c => $"\"{c.Key}\":{c.Value}"))}}}";
    }

    private static string Token(string claims) => Forge.Sign(Key, "ES256", """{"alg":"ES256","kid":"k1","typ":"at+jwt"}""", claims);

    private static bool Verify(string token, out TokenClaims? claims, out TokenFault? fault) => TokenCheck.TryVerify(token, Rule, [Forge.Public(Key)], Now, out claims, out fault);

    private static TokenFault? FaultOf(string token) => Verify(token, out _, out var fault) ? null : fault;
}
