using System.Diagnostics;
using System.Globalization;
using System.Text;
using Crank.Core;
using Crank.Market;
using Crank.Mesh.Authorize;
using Crank.Mesh.Tenants;
using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Benchmarks;

/// <summary>What the gate adds to a job: the input document is made, the set in force is asked, the answer is read. Time of each decision by itself, and bytes.</summary>
internal static class GateBenchmark
{
    /// <summary>What an organisation may have: a record of each tenant, classes of data by zone, hours, ceilings, redaction.</summary>
    private const string Governed = """
        package crank.access

        tenant := data.tenants[input.tenant.id]

        rank := {"public": 0, "internal": 1, "confidential": 2}

        deny["tenant"] := "The tenant has no record." if not tenant

        deny["disabled"] := "Tenant or principal is disabled." if true in {input.tenant.disabled, input.principal.disabled}

        deny["role"] := "No role may run this." if not granted

        deny["class"] := sprintf("Data of class '%s' is above '%s'.", [input.data.class, tenant.class]) if rank[input.data.class] > rank[tenant.class]

        deny["version"] := "Versions before 1.0.0 are not run." if input.capability.major < 1

        deny["hours"] := "It is outside the hours of the tenant." if {
        	clock := time.clock([input.timeNs, "UTC"])
        	not clock[0] in numbers.range(tenant.from, tenant.to)
        }

        granted if {
        	some role in input.principal.roles
        	some pattern in tenant.grants[role]
        	glob.match(pattern, ["."], input.capability.name)
        }

        obligations contains {"kind": "retain", "days": tenant.days}

        constraints := {"zones": tenant.zones, "isolation": "strong", "priceCeiling": tenant.ceiling, "redact": {"input": tenant.redact}}

        decision := {"allow": true, "rule": "granted", "constraints": constraints, "obligations": obligations} if count(deny) == 0

        else := {"allow": false, "reasons": deny}
        """;

    public static int Run(string[] args)
    {
        var seconds = args is ["--seconds", var text] ? double.Parse(text, CultureInfo.InvariantCulture) : 2;
        Console.WriteLine("| set in force | decision | p50 µs | p99 µs | mean µs | bytes |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: |");
        var governed = PolicyInForce.Of([new PolicySource("access.rego", Governed)], JsonIn.Read(Tenants()).AsObject(), "bench", "bench/1", null, null, TimeProvider.System);
        foreach (var (name, set) in new[] { ("default", DefaultPolicies.Load(TimeProvider.System)), ("default, compiled", DefaultPolicies.LoadCompiled(TimeProvider.System)), ("governed, 1,000 tenants", governed) })
        {
            Measure(name, "allowed", set, Question(["member"], "internal"), seconds);
            Measure(name, "refused", set, Question(["viewer"], "confidential"), seconds);
        }

        return 0;
    }

    private static void Measure(string name, string what, PolicyInForce set, PolicyQuestion question, double seconds)
    {
        var policy = new RegoPolicy(new PolicyBook(set, TimeProvider.System));
        Repeat(policy, question, seconds, null);

        // What is hot is compiled in the background: the second warm-up runs as the measurement will.
        Repeat(policy, question, seconds, null);
        var times = new long[4_000_000];
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var count = Repeat(policy, question, seconds, times);
        var each = (GC.GetAllocatedBytesForCurrentThread() - bytes) / count;
        var sorted = times.AsSpan(0, count);
        sorted.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {name} | {what} | {Micros(sorted[count / 2]):F2} | {Micros(sorted[(int)(count * 0.99)]):F2} | {Micros(times.Take(count).Sum()) / count:F2} | {each} |"));
    }

    private static int Repeat(RegoPolicy policy, PolicyQuestion question, double seconds, long[]? times)
    {
        var (clock, count) = (Stopwatch.StartNew(), 0);
        while (clock.Elapsed.TotalSeconds < seconds && count < (times?.Length ?? int.MaxValue))
        {
            var began = Stopwatch.GetTimestamp();
            var decision = policy.DecideAsync(question, CancellationToken.None);
            if (!decision.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("The gate did not answer at once.");
            }

            times?[count] = Stopwatch.GetTimestamp() - began;
            count++;
        }

        return count;
    }

    private static double Micros(long ticks) => ticks * 1_000_000.0 / Stopwatch.Frequency;

    private static PolicyQuestion Question(string[] roles, string dataClass) => new(
        new(new SortableId(1)), TenantId.Parse("t-500"), PrincipalId.Parse("ann"), [.. roles], new TenantRecord(), new PrincipalRecord(), CapabilityVersion.Parse("doc.convert@1.2.0"),
        Terms.Default with { Budget = Money.Parse("0.05 EUR"), DataClass = DataClass.Parse(dataClass) }, 20_000, null, false, new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), IsolationLevel.Strong)
    {
        Currency = Currency.Eur,
        Offers = OfferSnapshot.Empty,
    };

    private static string Tenants()
    {
        var text = new StringBuilder("{\"tenants\": {");
        for (var i = 0; i < 1_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}\"t-{i}\": ").Append("""
                {"class": "internal", "from": 0, "to": 24, "grants": {"member": ["hash", "doc.*"], "agent": ["doc.*"]}, "days": 90, "zones": ["de", "fr"], "ceiling": "0.04 EUR", "redact": ["/customer/email"]}
                """);
        }

        return text.Append("}}").ToString();
    }
}
