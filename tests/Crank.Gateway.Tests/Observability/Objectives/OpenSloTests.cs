using Crank.Gateway.Observability.Objectives;

namespace Crank.Gateway.Tests.Observability.Objectives;

public sealed class OpenSloTests
{
    internal const string Availability = """
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: echo-availability
          displayName: Echo is done
        spec:
          description: Jobs that are nobody else's fault are done.
          service: crank
          indicator:
            metadata:
              name: echo-done
            spec:
              ratioMetric:
                counter: true
                good:
                  metricSource:
                    type: crank
                    spec:
                      capability: echo
                      count: done
                total:
                  metricSource:
                    type: crank
                    spec:
                      capability: echo
                      count: valid
          timeWindow:
            - duration: 30d
              isRolling: true
          budgetingMethod: Occurrences
          objectives:
            - target: 0.99
        """;

    internal const string Latency = """
        apiVersion: openslo/v1
        kind: SLI
        metadata:
          name: echo-time
        spec:
          thresholdMetric:
            metricSource:
              type: crank
              spec:
                capability: echo
                measure: duration
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: echo-latency
        spec:
          service: crank
          indicatorRef: echo-time
          timeWindow:
            - duration: 4w
              isRolling: true
          budgetingMethod: Occurrences
          objectives:
            - displayName: fast
              op: lte
              value: 0.5
              target: 0.9
            - op: lte
              value: 2
              targetPercent: 99.5
        """;

    [Fact]
    public void A_share_of_good_jobs_is_read()
    {
        var objective = Assert.Single(OpenSlo.Parse("a.yaml", Availability));

        Assert.Equal(new("echo-availability", "Echo is done", new(), 0.99, TimeSpan.FromDays(30), null), objective with { Capability = default });
        Assert.Equal("echo", objective.Capability.Value);
    }

    [Fact]
    public void A_time_by_an_indicator_of_its_own_is_read_once_for_each_objective()
    {
        var objectives = OpenSlo.Parse("a.yaml", Latency);

        Assert.Equal(["echo-latency-1", "echo-latency-2"], objectives.Select(o => o.Name));
        Assert.Equal([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2)], objectives.Select(o => o.Within!.Value));
        Assert.Equal([0.9, 0.995], objectives.Select(o => o.Target));
        Assert.Equal(["fast", "echo-latency"], objectives.Select(o => o.Title));
    }

    [Theory]
    [InlineData("apiVersion: openslo/v1", "apiVersion: openslo/v2", 1, "openslo/v1 is")]
    [InlineData("kind: SLO", "kind: AlertPolicy", 2, "not supported")]
    [InlineData("kind: SLO", "kind: Slo", 2, "not known")]
    [InlineData("  name: echo-availability", "  name: Echo", 4, "RFC 1123")]
    [InlineData("  service: crank", "  servcie: crank", 8, "Did you mean 'service'?")]
    [InlineData("  service: crank", "  alertPolicies: []", 8, "not supported; see docs/observability.md")]
    [InlineData("counter: true", "counter: false", 14, "counter is true")]
    [InlineData("type: crank", "type: Prometheus", 17, "'crank' is")]
    [InlineData("capability: echo", "capability: Ec ho", 19, "not the name of a capability")]
    [InlineData("count: done", "count: bad", 20, "'count' is 'done'")]
    [InlineData("duration: 30d", "duration: 1Q", 28, "1h to 90d")]
    [InlineData("duration: 30d", "duration: 99999999999d", 28, "1h to 90d")]
    [InlineData("isRolling: true", "isRolling: false", 29, "Calendar windows")]
    [InlineData("Occurrences", "Timeslices", 30, "Occurrences is")]
    [InlineData("target: 0.99", "target: 1", 32, "above 0 and below 1")]
    [InlineData("target: 0.99", "target: NaN", 32, "is a number")]
    [InlineData("target: 0.99", "target: &a 0.99", 32, "Anchors")]
    [InlineData("target: 0.99", "target: [0.99", 33, "not YAML")]
    [InlineData("    - target: 0.99", "    - {}", 32, "'spec.objectives[0].target' is missing")]
    [InlineData("  service: crank", "  service: crank\n  service: crank", 9, "not YAML")]
    public void What_does_not_hold_is_named_with_its_line(string right, string wrong, int line, string message)
    {
        var at = Availability.IndexOf(right, StringComparison.Ordinal);
        var broken = string.Concat(Availability.AsSpan(0, at), wrong, Availability.AsSpan(at + right.Length));

        var problem = Assert.Throws<ObjectivesException>(() => OpenSlo.Parse("a.yaml", broken)).Problems[0];

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(line, problem.Line);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once() =>
        Assert.Equal(3, Assert.Throws<ObjectivesException>(() => OpenSlo.Parse("a.yaml", Availability.Replace("counter: true", "counter: 1", StringComparison.Ordinal)
            .Replace("Occurrences", "Timeslices", StringComparison.Ordinal).Replace("0.99", "99", StringComparison.Ordinal))).Problems.Length);

    [Fact]
    public void A_text_of_ten_thousand_levels_is_refused() =>
        Assert.Contains("levels", Assert.Throws<ObjectivesException>(() => OpenSlo.Parse("a.yaml", new('[', 10_000))).Message, StringComparison.Ordinal);

    [Fact]
    public void Files_come_from_folders_and_what_is_missing_or_too_large_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("slo-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.yaml"), Availability);
            File.WriteAllText(Path.Combine(folder, "b.yml"), Latency);
            File.WriteAllText(Path.Combine(folder, "c.txt"), "nothing of ours");
            Assert.Equal(3, OpenSlo.Load([folder]).Length);

            Assert.Contains("no such file", Assert.Throws<ObjectivesException>(() => OpenSlo.Load([Path.Combine(folder, "d.yaml")])).Message, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, "e.yaml"), new(' ', OpenSlo.MaxBytes + 1));
            Assert.Contains("bytes", Assert.Throws<ObjectivesException>(() => OpenSlo.Load([folder])).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_is_not_supported_is_in_the_documents()
    {
        var document = File.ReadAllText(Path.Combine(Root(), "docs", "observability.md"));

        Assert.All(OpenSlo.UnsupportedKinds, kind => Assert.Contains($"`{kind}`", document, StringComparison.Ordinal));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Crank.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
