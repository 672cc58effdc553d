namespace Crank.Cli.Config;

/// <summary>Where a value of the configuration came from.</summary>
/// <param name="Kind">What kind of place: <c>file</c>, <c>environment</c> or <c>option</c>.</param>
/// <param name="Place">Which one, e.g. <c>/etc/crank.yaml:12</c> or <c>CRANK_ZONE</c>.</param>
internal readonly record struct Origin(string Kind, string Place);
