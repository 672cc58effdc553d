using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Crank.Core;
using Crank.Gateway.Identity.Members;
using Crank.Mesh.Tenants;
using Crank.Trust.Certificates;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity.Certificates;

/// <summary>
/// A client certificate with a SPIFFE id of this mesh: <c>/tenant/T/agent/A</c> acts as principal <c>agent:A</c> with role <c>agent</c>,
/// <c>/tenant/T/user/U</c> as <c>user:U</c> with the roles of its record.
/// </summary>
internal sealed class ClientCertificateIdentity(X509Certificate2Collection roots, string trustDomain, MemberGate members, TimeProvider clock) : IIdentitySource
{
    public const string Source = "certificate";

    /// <summary>A chain is built once for each connection; its end is checked at every request.</summary>
    private readonly ConditionalWeakTable<X509Certificate2, Proof> _proofs = [];

    public ValueTask<IdentityAnswer> IdentifyAsync(HttpContext context) =>
        new(context.Connection.ClientCertificate is { } certificate ? Identify(certificate) : IdentityAnswer.None);

    private IdentityAnswer Identify(X509Certificate2 certificate)
    {
        var now = clock.GetUtcNow();
        var proof = _proofs.TryGetValue(certificate, out var known) && known.IsGood(now) ? known : null;
        if (proof is null)
        {
            if (!WorkloadCertificate.TryVerify(certificate, roots, trustDomain, now, out var id, out var why))
            {
                return Refused($"The client certificate is refused: {why}.");
            }

            proof = new Proof(id, new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
            _proofs.AddOrUpdate(certificate, proof);
        }

        return proof.Id.Path.Split('/') is ["", "tenant", var tenantText, "agent" or "user", var name]
            && TenantId.TryParse(tenantText, null, out var tenant) && PrincipalId.TryParse($"{KindOf(proof.Id)}:{name}", null, out var principal)
            ? members.Admit(tenant, principal, KindOf(proof.Id) == "agent" ? [Roles.Agent] : default, null, Source, proof.Id.ToString())
            : Refused($"'{proof.Id}' names no agent or user of a tenant.");
    }

    private static string KindOf(SpiffeId id) => id.Path.Split('/')[3];

    private static IdentityAnswer.Refused Refused(string detail) => new(detail, "Use a certificate for spiffe://MESH/tenant/TENANT/agent/NAME, signed by an authority that the mesh trusts.");

    private sealed record Proof(SpiffeId Id, DateTimeOffset From, DateTimeOffset Until)
    {
        public bool IsGood(DateTimeOffset now) => now >= From && now < Until;
    }
}
