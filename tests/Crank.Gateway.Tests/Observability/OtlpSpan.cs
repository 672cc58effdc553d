namespace Crank.Gateway.Tests.Observability;

internal sealed record OtlpSpan(string Source, string Name, string Trace, string Id, string Parent, string State, IReadOnlyDictionary<string, string> Tags);
