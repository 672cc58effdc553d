using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crank.Trust.Certificates;
using Crank.Trust.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Trust.Tests.Certificates;

public sealed class DevelopmentAuthorityTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly LeafRequest Server = new(["localhost", "node.example"], [IPAddress.Loopback], null, TimeSpan.FromDays(1));
    private static readonly SpiffeId Agent = SpiffeId.Parse("spiffe://acme.example/tenant/acme/agent/buyer");

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "crank-tls-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void An_authority_is_made_once_and_its_key_is_its_owners_alone()
    {
        using var first = DevelopmentAuthority.OpenOrCreate(_folder, "acme.example", Now);
        using var again = DevelopmentAuthority.OpenOrCreate(_folder, "acme.example", Now.AddDays(1));
        Assert.Equal(first.Fingerprint, again.Fingerprint);
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", first.Pem, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "ca.key")));
            File.SetUnixFileMode(Path.Combine(_folder, "ca.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Throws<KeyStoreException>(() => DevelopmentAuthority.Open(_folder, Now));
        }
    }

    [Fact]
    public void An_authority_that_ended_or_is_damaged_is_refused_in_words()
    {
        DevelopmentAuthority.OpenOrCreate(_folder, "acme.example", Now).Dispose();
        Assert.Contains("ended", Assert.Throws<KeyStoreException>(() => DevelopmentAuthority.Open(_folder, Now + DevelopmentAuthority.Lifetime)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "ca.crt"), "nonsense");
        Assert.Contains("damaged", Assert.Throws<KeyStoreException>(() => DevelopmentAuthority.Open(_folder, Now)).Message, StringComparison.Ordinal);
        Assert.Throws<KeyStoreException>(() => DevelopmentAuthority.Open(_folder + "-none", Now));
    }

    [Fact]
    public void What_it_signs_for_a_server_is_trusted_for_its_names_and_for_servers_alone()
    {
        using var authority = DevelopmentAuthority.OpenOrCreate(_folder, "acme.example", Now);
        using var leaf = authority.Issue(Server, Now);
        Assert.True(leaf.HasPrivateKey);
        Assert.True(leaf.MatchesHostname("localhost") && leaf.MatchesHostname("node.example") && leaf.MatchesHostname("127.0.0.1") && !leaf.MatchesHostname("other.example"));
        Assert.True(Builds(authority, leaf, "1.3.6.1.5.5.7.3.1", Now));
        Assert.False(Builds(authority, leaf, "1.3.6.1.5.5.7.3.2", Now));
        Assert.False(Builds(authority, leaf, "1.3.6.1.5.5.7.3.1", Now.AddDays(2)));
    }

    [Fact]
    public void A_certificate_may_not_outlive_the_longest_life_or_name_nothing()
    {
        using var authority = DevelopmentAuthority.OpenOrCreate(_folder, "acme.example", Now);
        Assert.Throws<ArgumentException>(() => authority.Issue(Server with { Lifetime = DevelopmentAuthority.MaxLeaf + TimeSpan.FromSeconds(1) }, Now));
        Assert.Throws<ArgumentException>(() => authority.Issue(Server with { Hosts = [], Addresses = [] }, Now));
    }

    [Fact]
    public void A_server_shows_a_new_certificate_when_two_thirds_of_the_old_ones_life_are_over()
    {
        using var authority = DevelopmentAuthority.OpenOrCreate(_folder, "acme.example", Now);
        var clock = new FakeTimeProvider(Now);
        var keeper = new LeafKeeper(authority, Server, clock);
        var first = keeper.Current();
        clock.Advance(TimeSpan.FromHours(15));
        Assert.Same(first, keeper.Current());
        clock.Advance(TimeSpan.FromHours(1));
        var second = keeper.Current();
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.True(second.NotAfter.ToUniversalTime() > first.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void A_workload_is_known_by_the_one_name_in_its_certificate()
    {
        using var authority = DevelopmentAuthority.OpenOrCreate(_folder, "acme.example", Now);
        using var leaf = authority.Issue(new LeafRequest([], [], Agent, TimeSpan.FromHours(1)), Now);
        Assert.True(Verify(authority, leaf, Now, out var id, out _));
        Assert.Equal(Agent, id);
    }

    [Fact]
    public void A_workload_is_refused_when_expired_foreign_or_of_another_mesh()
    {
        using var authority = DevelopmentAuthority.OpenOrCreate(_folder, "acme.example", Now);
        using var stranger = DevelopmentAuthority.OpenOrCreate(_folder + "-other", "acme.example", Now);
        try
        {
            var request = new LeafRequest([], [], Agent, TimeSpan.FromHours(1));
            using var leaf = authority.Issue(request, Now);
            Assert.False(Verify(authority, leaf, Now.AddHours(2), out _, out var why));
            Assert.Equal("the certificate is expired, or not good yet", why);
            Assert.False(Verify(authority, leaf, Now.AddHours(-1), out _, out _));
            using var forged = stranger.Issue(request, Now);
            Assert.False(Verify(authority, forged, Now, out _, out why));
            Assert.Equal("the certificate is not signed by an authority that is trusted here", why);
            using var elsewhere = authority.Issue(request with { Workload = SpiffeId.Parse("spiffe://evil.example/tenant/acme/agent/buyer") }, Now);
            Assert.False(Verify(authority, elsewhere, Now, out _, out why));
            Assert.Contains("evil.example", why, StringComparison.Ordinal);
            using var server = authority.Issue(Server, Now);
            Assert.False(Verify(authority, server, Now, out _, out _));
            Assert.False(Verify(authority, authority.Certificate, Now, out _, out _));
        }
        finally
        {
            Directory.Delete(_folder + "-other", recursive: true);
        }
    }

    [Theory]
    [InlineData("spiffe://acme.example"), InlineData("spiffe://acme.example/tenant/a/agent/B-1_2.3")]
    public void A_SPIFFE_id_prints_as_it_was_read(string text) => Assert.Equal(text, SpiffeId.Parse(text).ToString());

    [Theory]
    [InlineData("https://acme.example"), InlineData("spiffe://"), InlineData("spiffe://ACME"), InlineData("spiffe://acme:80/x"), InlineData("spiffe://u@acme/x")]
    [InlineData("spiffe://acme/"), InlineData("spiffe://acme/x/"), InlineData("spiffe://acme//x"), InlineData("spiffe://acme/../x"), InlineData("spiffe://acme/x?y")]
    [InlineData("spiffe://acme/x#y"), InlineData("spiffe://acme/x%2f"), InlineData("SPIFFE://acme/x"), InlineData(null)]
    public void What_is_no_SPIFFE_id_is_refused(string? text) => Assert.False(SpiffeId.TryParse(text, null, out _));

    [Theory]
    [InlineData("/usr/local/share/ca-certificates", "update-ca-certificates"), InlineData("/etc/pki/ca-trust/source/anchors", "update-ca-trust")]
    public void Each_kind_of_Linux_has_its_own_way_to_trust(string folder, string command)
    {
        var how = TrustInstallation.For("crank-acme.crt", false, false, path => path == folder);
        Assert.Equal(($"{folder}/crank-acme.crt", command), (how!.File!, how.Command[0]));
    }

    [Fact]
    public void A_machine_that_is_not_known_is_told_nothing() => Assert.Null(TrustInstallation.For("x.crt", false, false, _ => false));

    private static bool Verify(DevelopmentAuthority authority, X509Certificate2 leaf, DateTimeOffset now, out SpiffeId? id, out string? why) =>
        WorkloadCertificate.TryVerify(leaf, [authority.Certificate], "acme.example", now, out id, out why);

    private static bool Builds(DevelopmentAuthority authority, X509Certificate2 leaf, string use, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(use));
        return chain.Build(leaf);
    }
}
