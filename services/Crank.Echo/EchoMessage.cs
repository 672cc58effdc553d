using System.Text.Json;

namespace Crank.Echo;

/// <summary>What <c>echo</c> takes and gives.</summary>
/// <param name="Message">Any JSON value.</param>
public sealed record EchoMessage(JsonElement Message);
