using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Crank.Trust.Certificates;

namespace Crank.Gateway.Tests.Identities;

public sealed class CertificateTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_with_a_certificate_of_the_mesh_acts_in_its_tenant()
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, Issue(gateway, "spiffe://crank.local/tenant/acme/agent/buyer"));
        var me = await (await client.GetAsync("/v1/caller", Stop)).JsonAsync();
        Assert.Equal(("acme", "agent:buyer", "certificate"), (me.GetProperty("tenant").GetString(), me.GetProperty("principal").GetString(), me.GetProperty("source").GetString()));
        Assert.Equal(403, await client.StatusAsync("/v1/keys"));
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_in_words_also_on_a_connection_that_was_good()
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, Issue(gateway, "spiffe://crank.local/tenant/acme/agent/buyer"));
        Assert.Equal(200, await client.StatusAsync("/v1/caller"));
        gateway.Clock.Advance(TimeSpan.FromHours(2));
        using var answer = await client.GetAsync("/v1/caller", Stop);
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Contains("expired", (await answer.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spiffe://evil.example/tenant/acme/agent/buyer"), InlineData("spiffe://crank.local/tenant/globex/agent/buyer"), InlineData("spiffe://crank.local/tenant/acme/agent/stranger")]
    [InlineData("spiffe://crank.local/node/n1"), InlineData("spiffe://crank.local/tenant/acme/agent/buyer/more"), InlineData("spiffe://crank.local/tenant/owner/agent/owner")]
    public async Task A_certificate_of_another_mesh_tenant_or_kind_is_refused(string workload)
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, Issue(gateway, workload));
        Assert.Equal(401, await client.StatusAsync("/v1/caller"));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        await using var gateway = await StartAsync();
        var folder = Directory.CreateTempSubdirectory("cg-").FullName;
        try
        {
            using var stranger = DevelopmentAuthority.OpenOrCreate(Path.Combine(folder, "tls"), "crank.local", gateway.Now());
            using var client = Client(gateway, stranger.Issue(new LeafRequest([], [], SpiffeId.Parse("spiffe://crank.local/tenant/acme/agent/buyer"), TimeSpan.FromHours(1)), gateway.Now()));
            Assert.Equal(401, await client.StatusAsync("/v1/caller"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_disabled_principal_is_refused_though_its_certificate_is_good()
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, Issue(gateway, "spiffe://crank.local/tenant/acme/agent/buyer"));
        Assert.Equal(200, await client.StatusAsync("/v1/caller"));
        await gateway.Controller.Records.PutAsync(new Mesh.Tenants.PrincipalRecord(Disabled: true).ToRow(Core.TenantId.Parse("acme"), Core.PrincipalId.Parse("agent:buyer"), 2));
        Assert.Equal(401, await client.StatusAsync("/v1/caller"));
    }

    [Fact]
    public async Task Older_TLS_than_1_3_is_not_spoken_unless_the_operator_allows_it()
    {
        await using var gateway = await StartAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => Client(gateway, null, SslProtocols.Tls12).GetAsync("/healthz", Stop));
        using var client = Client(gateway, null, SslProtocols.Tls13);
        Assert.Equal(200, await client.StatusAsync("/healthz"));
        await using var lenient = await TestGateway.StartAsync(o => Secure(o) with { Tls = new() { AllowTls12 = true } });
        using var old = Client(lenient, null, SslProtocols.Tls12);
        Assert.Equal(200, await old.StatusAsync("/healthz"));
    }

    [Fact]
    public async Task The_servers_certificate_is_renewed_without_a_restart()
    {
        await using var gateway = await StartAsync();
        var first = await ShownAsync(gateway);
        Assert.Equal(first.SerialNumber, (await ShownAsync(gateway)).SerialNumber);
        gateway.Clock.Advance(TimeSpan.FromHours(17));
        Assert.NotEqual(first.SerialNumber, (await ShownAsync(gateway)).SerialNumber);
    }

    private static GatewayOptions Secure(GatewayOptions options) => options with { Listen = options.Listen with { Addresses = [new("https://127.0.0.1:0")] } };

    private static async Task<TestGateway> StartAsync()
    {
        var gateway = await TestGateway.StartAsync(Secure);
        await gateway.Controller.Records.PutAsync(new Mesh.Tenants.TenantRecord().ToRow(Core.TenantId.Parse("acme"), 1));
        await gateway.Controller.Records.PutAsync(new Mesh.Tenants.PrincipalRecord(Roles: ["agent"]).ToRow(Core.TenantId.Parse("acme"), Core.PrincipalId.Parse("agent:buyer"), 1));
        return gateway;
    }

    private static X509Certificate2 Issue(TestGateway gateway, string workload)
    {
        using var authority = DevelopmentAuthority.Open(Path.Combine(gateway.Folder, "tls"), gateway.Now());
        return authority.Issue(new LeafRequest([], [], SpiffeId.Parse(workload), TimeSpan.FromHours(1)), gateway.Now());
    }

    /// <summary>A client that trusts the gateway's authority at the gateway's time.</summary>
    private static HttpClient Client(TestGateway gateway, X509Certificate2? certificate, SslProtocols protocols = SslProtocols.None, Action<X509Certificate2>? seen = null) =>
        new(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = protocols,
                ClientCertificates = certificate is null ? [] : [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    var leaf = new X509Certificate2(shown!);
                    seen?.Invoke(leaf);
                    using var chain = new X509Chain();
                    chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                    chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(Path.Combine(gateway.Folder, "tls", "ca.crt")));
                    chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                    chain.ChainPolicy.VerificationTime = gateway.Now().UtcDateTime;
                    return chain.Build(leaf) && leaf.MatchesHostname("127.0.0.1");
                },
            },
        })
        { BaseAddress = gateway.Address };

    private static async Task<X509Certificate2> ShownAsync(TestGateway gateway)
    {
        X509Certificate2? shown = null;
        using var client = Client(gateway, null, seen: leaf => shown = leaf);
        Assert.Equal(200, await client.StatusAsync("/healthz"));
        return shown!;
    }
}
