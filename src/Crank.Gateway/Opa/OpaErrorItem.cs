using Crank.Rego.Syntax;

namespace Crank.Gateway.Opa;

/// <summary>One of the errors in detail.</summary>
/// <param name="Code">E.g. <c>rego_parse_error</c>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="At">Where in a policy or query; null when no place can be named.</param>
internal sealed record OpaErrorItem(string Code, string Message, Location? At);
